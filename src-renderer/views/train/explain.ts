// What is seen in Train, in words with the numbers on show?
import { strings } from '../../state/strings.ts'
import { lessonKinds, verdict } from './lesson.ts'
import { goodCheckpoint, newest } from './log.ts'
import type { TrainModel } from './train.svelte.ts'

const e = strings.explain.train

export interface Explanation {
  readonly what: readonly string[]
  readonly how: string
  readonly trap: string
  readonly tries: readonly { readonly text: string; run(): void }[]
  readonly paper: string
}

export function explainTrain(model: TrainModel): Explanation {
  if (model.mode === 'new') return explainNew(model)
  if (model.mode === 'lesson') return explainLesson(model)
  if (model.mode === 'compare')
    return { what: [e.compare], how: e.compareHow, trap: e.compareTrap, tries: [], paper: e.paper }
  const { main, collapsed } = model
  const { log, facts } = main
  if (collapsed) {
    const good = goodCheckpoint(log, collapsed.from)
    const lnK = newest(log.steps, 'trivial_loss')
    const entropy = newest(log.steps, 'entropy')
    return {
      what:
        collapsed.kind === 'one-dimension'
          ? [e.oneDimension, e.oneDimensionWhy(entropy, lnK)]
          : [e.uniform, e.uniformWhy(entropy, lnK)],
      how: e.collapseHow,
      trap: e.collapseTrap,
      tries: good
        ? [
            {
              text: e.tryBack(good.step),
              run: () =>
                void model.branch(good.step, log.events.findLast((event) => event.collapse)?.collapse?.set),
            },
          ]
        : [],
      paper: e.collapsePaper,
    }
  }
  if (facts?.method !== undefined && facts.method !== 'dino')
    return {
      what: [
        facts.method === 'simclr' ? e.simclr : e.supervised,
        e.common(newest(log.evaluations, 'knn'), newest(log.evaluations, 'knn_pixels')),
      ],
      how: facts.method === 'simclr' ? e.simclrHow : e.supervisedHow,
      trap: facts.method === 'simclr' ? e.simclrTrap : e.supervisedTrap,
      tries: [],
      paper: facts.method === 'simclr' ? e.simclrPaper : e.paper,
    }
  const loss = newest(log.steps, 'loss')
  const lnK = newest(log.steps, 'trivial_loss')
  const switchable = facts?.settings.centring === true && model.state === 'running'
  return {
    what: Number.isNaN(loss)
      ? [e.soon]
      : [
          e.loss(loss, lnK),
          e.knn(
            newest(log.evaluations, 'knn'),
            newest(log.evaluations, 'knn_untrained'),
            newest(log.evaluations, 'mass'),
            newest(log.evaluations, 'mass_fixed'),
          ),
        ],
    how: e.how,
    trap: e.trap,
    tries: switchable
      ? [{ text: e.tryCentring, run: () => void model.control('set', { centring: false }) }]
      : [{ text: e.tryLesson, run: () => model.change({ mode: 'lesson' }) }],
    paper: e.paper,
  }
}

function explainNew({ draft, change }: TrainModel): Explanation {
  const { data } = draft
  const batch = Number(draft.values.batch_size ?? 0)
  return {
    what: [e.new, ...(data && batch > 0 ? [e.newNumbers(batch, data.items)] : [])],
    how: e.newHow,
    trap: e.newTrap,
    tries: [{ text: e.tryLesson, run: () => change({ mode: 'lesson' }) }],
    paper: e.paper,
  }
}

function explainLesson(model: TrainModel): Explanation {
  const ends = lessonKinds.map((kind) => verdict(model.lesson[kind].log))
  const both = ends[1] === 'uniform' && ends[2] === 'one-dimension'
  return {
    what: [both ? e.lessonEnd : e.lesson],
    how: e.collapseHow,
    trap: e.lessonTrap,
    tries: both ? [] : [],
    paper: e.collapsePaper,
  }
}
