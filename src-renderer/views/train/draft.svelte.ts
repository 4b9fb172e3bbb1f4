// What would the run be that is being thought of? Its method, data and settings, the crops it would see, and what does not fit.
import { untrack } from 'svelte'
import { Failure } from '../../../src-shared/domain/failure.ts'
import type { DataSource, MethodFacts, MethodSettings } from '../../../src-shared/domain/run.ts'
import type { CropsPreview, DataFacts, StartRun } from '../../client/lab.ts'
import type { Session } from '../../state/session.svelte.ts'
import { strings } from '../../state/strings.ts'
import { changed, groupsOf, valuesOf } from './form.ts'
import type { Draft } from './settings.ts'

/** A pause of the hand, in milliseconds, after which crops are cut and data is looked into. */
const rest = 250
/** Pictures of the data set that are shown. */
const samples = 12
/** Pictures that are pinned where nobody chose any. */
const firstPins = 3

const asFailure = (thrown: unknown): Failure =>
  thrown instanceof Failure ? thrown : new Failure('internal', String(thrown))

/** The state of the form. Call while a component is set up. */
export function createDraft(
  session: Session,
  draft: () => Draft,
  methods: () => readonly MethodFacts[],
  shown: () => boolean,
  change: (to: Partial<Draft>, key?: string) => void,
) {
  const method = $derived(methods().find(({ name }) => name === draft().method) ?? methods()[0] ?? null)
  const preset = $derived(
    method?.presets.find(({ name }) => name === draft().preset)?.name ?? method?.presets[0]?.name ?? '',
  )
  const known = $derived(new Set(method?.settings.map(({ name }) => name)))
  // What was set for another method may not exist here.
  const set: MethodSettings = $derived(
    Object.fromEntries(Object.entries(draft().set).filter(([name]) => known.has(name))),
  )
  const values = $derived(method ? valuesOf(method, preset, set) : {})
  const usable = $derived(session.workspace.pictures.filter((row) => !row.problem).map(({ id }) => id))
  const pins = $derived(draft().pins?.filter((id) => usable.includes(id)) ?? usable.slice(0, firstPins))

  // --- the data set, looked into when it changes ---
  let data = $state.raw<DataFacts | null>(null)
  let dataProblem = $state.raw<Failure | null>(null)
  let dataBusy = $state(false)
  const source = $derived(JSON.stringify(draft().data))
  $effect(() => {
    const words = source
    if (!shown()) return
    const controller = new AbortController()
    const timer = setTimeout(
      () => void look(JSON.parse(words) as DataSource, controller.signal),
      untrack(() => (data ? rest : 0)),
    )
    return () => {
      clearTimeout(timer)
      controller.abort()
    }
  })
  async function look(from: DataSource, signal: AbortSignal): Promise<void> {
    dataBusy = true
    try {
      const found = await session.lab.runData(from, samples, signal)
      if (signal.aborted) return
      data = found
      dataProblem = null
    } catch (thrown) {
      if (signal.aborted) return
      data = null
      dataProblem = asFailure(thrown)
    } finally {
      dataBusy = false
    }
  }

  // --- the crops of one picture, as the networks would get them ---
  let crops = $state.raw<CropsPreview | null>(null)
  let cropsProblem = $state.raw<Failure | null>(null)
  let cropSeed = $state(0)
  const cropWords = $derived(
    method
      ? JSON.stringify({
          method: method.name,
          settings: values,
          picture: pins[0]
            ? { kind: 'picture', id: pins[0] }
            : { kind: 'item', data: draft().data, index: 0 },
          seed: cropSeed,
        })
      : '',
  )
  $effect(() => {
    const words = cropWords
    if (words === '' || !shown()) return
    const controller = new AbortController()
    const timer = setTimeout(
      () => {
        session.lab
          .previewCrops(
            JSON.parse(words) as Parameters<typeof session.lab.previewCrops>[0],
            controller.signal,
          )
          .then(
            (made) => {
              if (controller.signal.aborted) return
              crops = made
              cropsProblem = null
            },
            (thrown: unknown) => {
              if (!controller.signal.aborted) cropsProblem = asFailure(thrown)
            },
          )
      },
      untrack(() => (crops ? rest : 0)),
    )
    return () => {
      clearTimeout(timer)
      controller.abort()
    }
  })

  const f = strings.train.form
  /** Why it cannot be started; empty where it can. */
  const refused = $derived.by(() => {
    if (!method) return f.noMethods
    if (dataProblem) return dataProblem.message
    const batch = values.batch_size
    if (data && typeof batch === 'number' && batch > data.items) return f.batchTooLarge(batch, data.items)
    if (data && method.labels && data.classes.length < 2) return f.needsLabels(method.title)
    return ''
  })

  return {
    get value() {
      return draft()
    },
    change,
    get method() {
      return method
    },
    get preset() {
      return preset
    },
    get groups() {
      return method ? groupsOf(method) : []
    },
    get values() {
      return values
    },
    /** Names of the settings that differ from the preset. */
    get differing() {
      return set
    },
    setTo(name: string, to: MethodSettings[string]) {
      if (method) change({ set: changed(method, preset, set, name, to) }, `set ${name}`)
    },
    get pins() {
      return pins
    },
    pin(ids: readonly string[]) {
      change({ pins: [...new Set([...pins, ...ids])].slice(0, 12) })
    },
    unpin(id: string) {
      change({ pins: pins.filter((one) => one !== id) })
    },
    get data() {
      return data
    },
    get dataProblem() {
      return dataProblem
    },
    get dataBusy() {
      return dataBusy
    },
    get crops() {
      return crops
    },
    get cropsProblem() {
      return cropsProblem
    },
    otherCrops() {
      cropSeed++
    },
    get refused() {
      return refused
    },
    request(): StartRun | null {
      if (!method || refused !== '') return null
      const { data: from, minutes, seed, evaluateEvery } = draft()
      return {
        name: '',
        method: method.name,
        preset,
        set,
        data: from,
        holdOut: 0.2,
        until: { steps: null, epochs: null, seconds: minutes === null ? null : minutes * 60 },
        seed,
        pins: [...pins],
        evaluateEvery,
        checkpointEvery: 60,
        targets: true,
        threads: null,
      }
    },
  }
}
