// Answers `methods`: what can be trained with.
import { methods as registered } from '../../methods/registry.ts'
import type { Job } from '../job.ts'

export const methods: Job<'methods'> = () => () => ({ methods: registered.map(({ facts }) => facts) })
