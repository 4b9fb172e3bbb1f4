// Does the window run each pass once, show layers as they come, stop what nobody watches, and make room?
import { describe, expect, it } from 'vitest'
import { Failure } from '../../../src-shared/domain/failure.ts'
import type { LookFacts, LookListener, LookRequest } from '../../../src-renderer/client/lab.ts'
import { createLooks } from '../../../src-renderer/state/looks.ts'

const facts: LookFacts = {
  layout: { cls: true, registers: 0, grid: [1, 1] },
  input: { width: 16, height: 16 },
  area: { x: 0, y: 0, width: 16, height: 16 },
  depth: 2,
  heads: 1,
  width: 4,
  device: 'cpu',
  seconds: 0.1,
  notice: '',
}
const request = (picture: string): LookRequest => ({ model: 'm', picture, size: null, fit: 'native' })
const layer = (index: number) => ({
  layer: index,
  q: new Float32Array(8),
  k: new Float32Array(8),
  norms: new Float32Array(2),
})
const soon = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5))

/** A lab whose passes are led by hand. */
function handLab() {
  const passes: {
    request: LookRequest
    listener: LookListener
    signal: AbortSignal
    end(): void
    fail(error: unknown): void
  }[] = []
  return {
    passes,
    look: (asked: LookRequest, listener: LookListener, signal?: AbortSignal) =>
      new Promise<void>((resolve, reject) => {
        signal?.addEventListener('abort', () => reject(new Failure('cancelled', 'The work was cancelled.')))
        passes.push({
          request: asked,
          listener,
          signal: signal!,
          end: () => {
            listener.end({
              rollout: new Float32Array(2),
              norms: new Float32Array(2),
              logits: null,
              classNames: null,
            })
            resolve()
          },
          fail: reject,
        })
      }),
  }
}

describe('looks', () => {
  it('run one pass for one request, however often it is asked for', async () => {
    const lab = handLab()
    const looks = createLooks(lab, 1e9)
    const look = looks.get(request('a'), '1')
    expect(looks.get(request('a'), '1')).toBe(look)
    expect(looks.get(request('a'), '2')).not.toBe(look)
    expect(lab.passes).toHaveLength(2)
    await soon()
  })
  it('tell of facts, layers and the end as they come', async () => {
    const lab = handLab()
    const looks = createLooks(lab, 1e9)
    const look = looks.get(request('a'), '')
    const seen: string[] = []
    looks.watch(look, () => seen.push(`${look.facts ? 'facts' : ''} ${look.arrived} ${look.state}`))
    const [pass] = lab.passes
    pass!.listener.facts(facts)
    pass!.listener.layer(layer(1))
    pass!.listener.layer(layer(0))
    pass!.end()
    await soon()
    expect(seen).toEqual([
      'facts 0 running',
      'facts 1 running',
      'facts 2 running',
      'facts 2 running',
      'facts 2 done',
    ])
  })
  it('are stopped where nobody watches them any more, and run again when asked', async () => {
    const lab = handLab()
    const looks = createLooks(lab, 1e9)
    const look = looks.get(request('a'), '')
    const leave = looks.watch(look, () => undefined)
    leave()
    await soon()
    expect(lab.passes[0]!.signal.aborted).toBe(true)
    looks.get(request('a'), '')
    expect(lab.passes).toHaveLength(2)
  })
  it('go on where the next view watches in the same turn', async () => {
    const lab = handLab()
    const looks = createLooks(lab, 1e9)
    const look = looks.get(request('a'), '')
    looks.watch(look, () => undefined)()
    looks.watch(look, () => undefined)
    await soon()
    expect(lab.passes[0]!.signal.aborted).toBe(false)
  })
  it('keep a failure as a sentence, and can be tried again', async () => {
    const lab = handLab()
    const looks = createLooks(lab, 1e9)
    const look = looks.get(request('a'), '')
    looks.watch(look, () => undefined)
    lab.passes[0]!.fail(new Failure('too-large', 'It does not fit.'))
    await soon()
    expect(look.state).toBe('failed')
    expect(look.problem?.message).toBe('It does not fit.')
    looks.retry(look)
    expect(look.state).toBe('running')
    lab.passes[1]!.listener.facts(facts)
    lab.passes[1]!.end()
    await soon()
    expect(look.state).toBe('done')
  })
  it('make room for new ones, oldest first, but never of what is watched', async () => {
    const lab = handLab()
    const looks = createLooks(lab, 130)
    for (const [index, name] of ['a', 'b', 'c'].entries()) {
      const look = looks.get(request(name), '')
      if (name === 'a') looks.watch(look, () => undefined)
      lab.passes[index]!.listener.facts(facts)
      lab.passes[index]!.listener.layer(layer(0))
      lab.passes[index]!.end()
      await soon()
    }
    expect(looks.held(request('a'), '')).not.toBeNull()
    expect(looks.held(request('b'), '')).toBeNull()
    expect(looks.bytes()).toBeLessThanOrEqual(130)
  })
})
