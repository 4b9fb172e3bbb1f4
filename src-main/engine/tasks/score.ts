// What do features know of classes? The measures that take a while, on the thread that may be busy.
import { kmeans } from '../../../src-shared/numerics/kmeans.ts'
import { random } from '../../../src-shared/numerics/random.ts'
import { agreementOf } from '../../analysis/agreement.ts'
import { knnClassify } from '../../analysis/knn.ts'
import { linearProbe, standardError } from '../../analysis/linearProbe.ts'
import { retrieval } from '../../analysis/retrieval.ts'
import type { Task } from '../task.ts'

export const score: Task<'score'> = ({ protocol, train, test, width, classes, k, temperature, seed }) => {
  switch (protocol) {
    case 'knn': {
      const { top1, top5 } = knnClassify(train, test, width, classes, { k, temperature })
      const accuracy = top1! / 100
      return { accuracy, standardError: standardError(accuracy, test.labels.length), top5: top5! / 100 }
    }
    case 'linear': {
      const { accuracy, standardError: error, penalty } = linearProbe(train, test, width, classes)
      return { accuracy, standardError: error, penalty }
    }
    case 'cluster': {
      // Groups need no examples: all pictures are grouped.
      const all = new Float32Array(train.features.length + test.features.length)
      all.set(train.features)
      all.set(test.features, train.features.length)
      const { labels, sizes, cosine } = kmeans(all, width, classes, random(seed), 100)
      const agreement = agreementOf(labels, [...train.labels, ...test.labels])
      return { ...agreement, clusters: sizes.length, cosine }
    }
    case 'retrieval':
      return { ...retrieval(train, test, width, k) }
  }
}
