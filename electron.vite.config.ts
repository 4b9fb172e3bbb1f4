// What is built, and for whom: one bundle for each process of the lab.
import { defineConfig } from 'electron-vite'

const processes = {
  cli: 'src-main/cli/main.ts',
  engine: 'src-main/engine/main.ts',
  'engine-worker': 'src-main/engine/worker.ts',
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
        exclude: ['zod', 'commander', '@tensorflow/tfjs-core', '@tensorflow/tfjs-backend-cpu'],
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
})
