/** Starts, verifies and stops attempts: what `decide` wants of the work on tasks. */
import type { Deliverer } from '../delivery/deliverer.js'
import type { Endings } from '../jobs/endings.js'
import type { Jobs } from '../jobs/jobs.js'
import type { LeftBehind } from '../jobs/left-behind.js'
import type { Kernel } from '../kernel/kernel.js'
import type { Part, Performers } from '../kernel/part.js'
import type { Hosts } from '../machines/host-of.js'
import type { Observer } from '../observe/observer.js'
import { checkDone } from './check-done.js'
import type { JobWatch } from './job-watch.js'
import { startAttempt } from './start-attempt.js'
import { stopAttempt } from './stop-attempt.js'
import { verifyAttempt } from './verify-attempt.js'

export interface AttemptNeeds {
  readonly kernel: Pick<Kernel, 'session' | 'store' | 'loop' | 'clock'>
  readonly hosts: Hosts
  readonly observer: Pick<Observer, 'expect' | 'lookNow' | 'lastCapture'>
  readonly deliverer: Pick<Deliverer, 'deliver' | 'queued'>
  readonly jobs: Jobs
  readonly jobWatch: Pick<JobWatch, 'started'>
  readonly leftBehind: Pick<LeftBehind, 'note'>
  readonly endings: Endings
}

export class Attempts implements Part {
  readonly name = 'attempts'
  readonly performs: Pick<Performers, 'attempt.start' | 'attempt.verify' | 'attempt.stop' | 'task.check_done'>

  constructor(needs: AttemptNeeds) {
    this.performs = {
      'attempt.start': (action) => startAttempt(action, needs),
      'attempt.verify': (action) => verifyAttempt(action, needs),
      'attempt.stop': (action) => stopAttempt(action, needs),
      'task.check_done': (action) => checkDone(action, needs),
    }
  }
}
