// What is built, and for whom: one bundle for each process of the lab.
import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'electron-vite'

const processes = {
  cli: 'src-main/cli/main.ts',
  engine: 'src-main/engine/main.ts',
  'engine-worker': 'src-main/engine/worker.ts',
  'loader-worker': 'src-main/datasets/loaderWorker.ts',
  lab: 'src-main/lab/main.ts',
  server: 'src-main/server/main.ts',
  electron: 'src-main/electron/main.ts',
  projection: 'src-main/projection/main.ts',
  'projection-worker': 'src-main/projection/worker.ts',
  'device-probe': 'src-main/compute/devices/probe.ts',
}

export default defineConfig({
  main: {
    build: {
      outDir: 'out/main',
      target: 'node22',
      minify: false,
      // Native packages load their binaries by path and stay outside; the rest is bundled, which starts faster.
      externalizeDeps: {
        exclude: ['zod', 'commander', 'ws', '@tensorflow/tfjs-core', '@tensorflow/tfjs-backend-cpu'],
      },
      rollupOptions: {
        input: processes,
        external: [
          'onnxruntime-node',
          'onnxruntime-common',
          'sharp',
          'better-sqlite3',
          '@tensorflow/tfjs-node-gpu',
        ],
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      outDir: 'out/preload',
      // A sandboxed preload has no modules but Electron's: one CommonJS file.
      rollupOptions: {
        input: { preload: 'src-main/electron/preload.ts' },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: 'src-renderer',
    plugins: [
      svelte({
        configFile: false,
        // A view's model is made once and never replaced: reading a field of it at set-up is meant.
        onwarn: (warning, report) => {
          if (warning.code !== 'state_referenced_locally') report?.(warning)
        },
      }),
    ],
    // Relative addresses: the page lies under a socket's origin in one host and under the app's own scheme in the other.
    base: './',
    build: {
      outDir: 'out/renderer',
      target: 'chrome130',
      cssTarget: 'chrome130',
      // The page's policy allows no inline script, and every target preloads modules by itself.
      modulePreload: { polyfill: false },
      assetsInlineLimit: 0,
      rollupOptions: { input: 'src-renderer/index.html' },
    },
  },
})
