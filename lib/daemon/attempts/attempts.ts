/** Starts, verifies and stops attempts: what `decide` wants of the work on tasks. */
import type { AttemptNeeds } from './attempt-needs.js'
import type { Part, Performers } from '../kernel/part.js'
import { checkDone } from './check-done.js'
import { startAttempt } from './start-attempt.js'
import { stopAttempt } from './stop-attempt.js'
import { verifyAttempt } from './verify-attempt.js'

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
