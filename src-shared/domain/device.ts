// Where can a network run? The devices' names and what a probe says about one.

/** Every device. `auto` is the fastest of them, measured (`fastestDevice`). */
export const deviceIds = ['cuda', 'webgpu', 'tfjs-gpu', 'cpu', 'wasm', 'tfjs-cpu'] as const

/**
 * One way to run a network.
 * `cpu`, `webgpu`, `cuda`: one ONNX graph in ONNX Runtime.
 * `tfjs-gpu`, `wasm`, `tfjs-cpu`: the same model text op by op in TensorFlow.js.
 */
export type DeviceId = (typeof deviceIds)[number]

/** What a probe found out about one device. */
export interface DeviceReport {
  id: DeviceId
  available: boolean
  /** The adapter's or processor's own name; empty where it is not known. */
  adapter: string
  /** True: the adapter is drawn by the processor (SwiftShader, llvmpipe, lavapipe); `auto` never chooses it. */
  software: boolean
  /** Billions of additions and multiplications a second in matrix products; null where it was not measured. */
  gflops: number | null
  /** Why the device is missing, as one sentence; empty where it is available. */
  reason: string
  /** What adds a missing device, as a command or a sentence; empty where there is nothing to do. */
  remedy: string
}

/**
 * The device that `auto` stands for: the fastest available one that is real hardware; `cpu` where nothing else was
 * measured.
 */
export function fastestDevice(reports: readonly DeviceReport[]): DeviceId {
  const real = reports.filter(({ available, software }) => available && !software)
  const speed = (report: DeviceReport) => report.gflops ?? 0
  const fastest = real.toSorted((a, b) => speed(b) - speed(a))[0]
  return fastest !== undefined && speed(fastest) > 0 ? fastest.id : 'cpu'
}
