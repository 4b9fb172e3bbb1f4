// What does Train show now? A run being thought of, a run being watched, two beside each other, or the lesson.
import { Failure } from '../../../src-shared/domain/failure.ts'
import type { MethodFacts, MethodSettings } from '../../../src-shared/domain/run.ts'
import type { RunAction, RunRow } from '../../client/lab.ts'
import type { Session } from '../../state/session.svelte.ts'
import { strings } from '../../state/strings.ts'
import type { DropOffer, TabHandle } from '../view.ts'
import { followRun } from './follow.svelte.ts'
import { lessonKinds, lessonRun, type LessonKind } from './lesson.ts'
import { collapseSpans } from './log.ts'
import { createDraft } from './draft.svelte.ts'
import { readTrainSettings, type TrainSettings } from './settings.ts'
import { axisEnd } from './summary.ts'

export type TrainModel = ReturnType<typeof createTrain>

/** The state of one Train tab. Call while its component is set up. */
export function createTrain(session: Session, tab: TabHandle) {
  const settings: TrainSettings = $derived(readTrainSettings(tab.settings))
  const runs: readonly RunRow[] = $derived(session.workspace.runs)
  const rowOf = (id: string | null): RunRow | undefined => runs.find((row) => row.id === id)
  const mode = $derived(
    (settings.mode === 'run' || settings.mode === 'compare') && !rowOf(settings.run) ? 'new' : settings.mode,
  )
  const watching = $derived(mode === 'run' || mode === 'compare')
  const main = followRun(session, () => (watching ? settings.run : null))
  const other = followRun(session, () =>
    mode === 'compare' && rowOf(settings.other) ? settings.other : null,
  )
  const lesson = Object.fromEntries(
    lessonKinds.map((kind) => [
      kind,
      followRun(session, () => {
        const id = settings.lesson?.[kind] ?? null
        return mode === 'lesson' && rowOf(id) ? id : null
      }),
    ]),
  ) as Record<LessonKind, ReturnType<typeof followRun>>

  function change(to: Partial<TrainSettings>, key = ''): void {
    tab.change(to as Readonly<Record<string, unknown>>, key)
  }

  // --- what can be trained, asked once ---
  let methods = $state.raw<readonly MethodFacts[]>([])
  let methodsProblem = $state.raw<Failure | null>(null)
  function loadMethods(): void {
    methodsProblem = null
    session.lab.runMethods().then(
      (found) => (methods = found),
      (thrown: unknown) =>
        (methodsProblem = thrown instanceof Failure ? thrown : new Failure('internal', String(thrown))),
    )
  }
  loadMethods()

  const draft = createDraft(
    session,
    () => settings.draft,
    () => methods,
    () => mode === 'new',
    (to, key) => change({ draft: { ...settings.draft, ...to } }, key),
  )

  // --- steering ---
  let asking = $state<RunAction | ''>('')
  async function control(action: RunAction, set: MethodSettings = {}): Promise<void> {
    const { run } = settings
    if (run === null) return
    asking = action
    await session.attempt(session.lab.controlRun(run, action, set))
    asking = ''
  }
  async function branch(step: number, set: MethodSettings = {}): Promise<void> {
    if (settings.run === null) return
    const made = await session.attempt(session.lab.branchRun(settings.run, step, set))
    if (!made) return
    change({ run: made.id, mode: 'run', zoom: null })
    session.notify(strings.train.branched(main.name, made.step), { passing: true })
  }
  async function start(): Promise<void> {
    const request = draft.request()
    if (!request) return
    const id = await session.attempt(session.lab.startRun(request))
    if (id) change({ run: id, mode: 'run', zoom: null })
  }
  let starting = $state(false)
  async function startLesson(): Promise<void> {
    starting = true
    const ids: Partial<Record<LessonKind, string>> = {}
    for (const kind of lessonKinds) {
      const id = await session.attempt(
        session.lab.startRun(lessonRun(kind, strings.train.lesson.names[kind])),
      )
      if (!id) break
      ids[kind] = id
    }
    starting = false
    const { both, centring, sharpening } = ids
    if (both && centring && sharpening) change({ lesson: { both, centring, sharpening }, zoom: null })
  }

  // --- the one axis and crosshair that all plots share ---
  let hover = $state<number | null>(null)
  const end = $derived(axisEnd(main.facts, main.log))
  const spans = $derived(collapseSpans(main.log))
  const collapsed = $derived(spans.at(-1)?.to === null ? (spans.at(-1) ?? null) : null)
  let twin = $state(false)

  const d = strings.train.drop
  const drops: DropOffer[] = [
    {
      id: 'pin',
      icon: 'image',
      offer: ({ kind, ids, pictures }) => {
        if (mode !== 'new') return null
        if (kind === 'picture') return { title: d.pin(session.picture(ids[0])?.name ?? ''), text: d.pinText }
        return kind === 'files' && pictures > 0 ? { title: d.pinFiles, text: d.pinText } : null
      },
      drop: (kind, ids) => {
        if (kind === 'picture') draft.pin(ids)
      },
    },
    {
      id: 'data',
      icon: 'database',
      offer: ({ kind, others }) =>
        mode === 'new' && kind === 'files' && others > 0 && session.capabilities.uploadLimit === null
          ? { title: d.data, text: d.dataText }
          : null,
      files: (sources) => {
        const [source] = sources
        if (source?.kind === 'path') draft.change({ data: source })
      },
      drop: () => undefined,
    },
  ]

  return {
    session,
    tab,
    change,
    drops,
    draft,
    main,
    other,
    lesson,
    control,
    branch,
    start,
    startLesson,
    get settings() {
      return settings
    },
    get mode() {
      return mode
    },
    get runs() {
      return runs
    },
    get row() {
      return rowOf(settings.run)
    },
    get otherRow() {
      return rowOf(settings.other)
    },
    rowOf,
    get methods() {
      return methods
    },
    get methodsProblem() {
      return methodsProblem
    },
    loadMethods,
    /** The method of the run on show. */
    get method() {
      return methods.find(({ name }) => name === (main.facts?.method ?? rowOf(settings.run)?.method)) ?? null
    },
    /** What is being asked of the run at this moment; empty where nothing is. */
    get asking() {
      return asking
    },
    get starting() {
      return starting
    },
    /** How the run stands: the lab's row is never behind. */
    get state() {
      return rowOf(settings.run)?.state ?? main.state
    },
    get spans() {
      return spans
    },
    /** The stretch in which the run is collapsed now. */
    get collapsed() {
      return collapsed
    },
    /** The last step of the axis. */
    get end() {
      return end
    },
    get hover() {
      return hover
    },
    set hover(at: number | null) {
      hover = at
    },
    get twin() {
      return twin
    },
    set twin(on: boolean) {
      twin = on
    },
    /** Goes to a mode, with runs to show where none is chosen. */
    enter(to: TrainSettings['mode']) {
      const run = rowOf(settings.run)?.id ?? runs.at(-1)?.id ?? null
      const beside = rowOf(settings.other)?.id ?? runs.findLast(({ id }) => id !== run)?.id ?? null
      change({
        mode: to,
        zoom: null,
        ...(to === 'run' || to === 'compare' ? { run } : {}),
        ...(to === 'compare' ? { other: beside === run ? null : beside } : {}),
      })
    },
    choose(id: string) {
      // The one that stood beside it changes places with it.
      const beside = id === settings.other ? { other: settings.run } : {}
      change({ run: id, mode: mode === 'compare' ? 'compare' : 'run', zoom: null, ...beside })
    },
    toggle() {
      const state = rowOf(settings.run)?.state
      if (state === 'running') void control('pause')
      else if (state === 'paused' || state === 'interrupted' || state === 'failed') void control('continue')
    },
    /** Opens a frame's checkpoint, or the last one before it, in Inspect. */
    async checkpointModel(step: number): Promise<string | null> {
      if (settings.run === null) return null
      const opened = await session.attempt(session.lab.openRunCheckpoint(settings.run, step))
      if (!opened) return null
      if (opened.step !== step)
        session.notify(strings.train.openedBefore(opened.step, step), { passing: true })
      return opened.model
    },
  }
}
