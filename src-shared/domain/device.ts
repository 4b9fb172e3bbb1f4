// Where can a network run? The devices' names and what a probe says about one.

/** Every device, best first where all of them are real hardware. `cpu` and `webgpu` and `cuda` are ONNX Runtime's. */
export const deviceIds = ['cuda', 'webgpu', 'tfjs-gpu', 'cpu', 'wasm', 'tfjs-cpu'] as const

/**
 * One way to run a network.
 * `cpu`, `webgpu`, `cuda`: one ONNX graph in ONNX Runtime.
 * `tfjs-gpu`, `wasm`, `tfjs-cpu`: the same model text op by op in TensorFlow.js.
 */
export type DeviceId = (typeof deviceIds)[number]

/** What a probe found out about one device. */
export interface DeviceReport {
  readonly id: DeviceId
  readonly available: boolean
  /** The adapter's or processor's own name; empty where it is not known. */
  readonly name: string
  /** True: the adapter is drawn by the processor (SwiftShader, llvmpipe, lavapipe); `auto` never chooses it. */
  readonly software: boolean
  /** Billions of multiply-adds, counted twice, a second in one matrix product; null where it was not measured. */
  readonly gflops: number | null
  /** Why the device is missing, as one sentence; empty where it is available. */
  readonly reason: string
  /** What adds a missing device, as a command or a sentence; empty where there is nothing to do. */
  readonly remedy: string
}

/**
 * The device that `auto` stands for: the fastest available one that is real hardware.
 * The plain processor where nothing else was measured.
 */
export function fastestDevice(reports: readonly DeviceReport[]): DeviceId {
  const real = reports.filter((report) => report.available && !report.software)
  const fastest = real.reduce<DeviceReport | null>(
    (best, report) => ((report.gflops ?? 0) > (best?.gflops ?? 0) ? report : best),
    null,
  )
  return fastest?.id ?? 'cpu'
}
