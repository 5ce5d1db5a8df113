import type { AttemptId } from '../../core/ids.js'
import type { AttemptWork } from '../../core/run/events/attempts.js'
import type { AttemptRecord } from '../../core/run/state.js'
import type { Deliverer } from '../delivery/deliverer.js'
import type { Endings } from '../jobs/endings.js'
import type { Jobs } from '../jobs/jobs.js'
import type { LeftBehind } from '../jobs/left-behind.js'
import type { Kernel } from '../kernel/kernel.js'
import type { Hosts } from '../machines/host-of.js'
import type { Observer } from '../observe/observer.js'
import type { JobWatch } from './job-watch.js'

/** What an attempt did in its tree. */
export interface LookedAt {
  readonly work: AttemptWork | null
  /** Where it worked outside of it. */
  readonly escapes: readonly string[]
}

export interface AttemptNeeds {
  readonly kernel: Pick<Kernel, 'session' | 'store' | 'loop' | 'clock'>
  readonly hosts: Hosts
  readonly observer: Pick<Observer, 'expect' | 'lookNow' | 'lastCapture'>
  readonly deliverer: Pick<Deliverer, 'deliver' | 'queued'>
  readonly jobs: Jobs
  readonly jobWatch: Pick<JobWatch, 'started'>
  readonly leftBehind: Pick<LeftBehind, 'note'>
  readonly endings: Endings
  readonly trees: { readonly lookAtWork: (attempt: AttemptRecord) => Promise<LookedAt> }
  /** What its calls of orchestra are known by. */
  readonly tokens: { readonly ofAttempt: (attempt: AttemptId, nonce: string) => string }
}
