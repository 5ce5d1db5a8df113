/** Each action becomes one act outside and its events back. Safe to repeat: probe, act under a key, read back. */
import { assertNever } from '../core/assert-never.js'
import type { Action } from '../core/run/actions.js'
import type { DaemonContext } from './context.js'
import { checkDone } from './attempts/check-done.js'
import { checkGate } from './gates/check-gate.js'
import { startAgent } from './agents/start-agent.js'
import { startAttempt } from './attempts/start-attempt.js'
import { stopAgent } from './agents/stop-agent.js'
import { stopAttempt } from './attempts/stop-attempt.js'
import { verifyAttempt } from './attempts/verify-attempt.js'

export async function perform(action: Action, context: DaemonContext): Promise<void> {
  switch (action.type) {
    case 'agent.start':
      return startAgent(action, context)
    case 'agent.stop':
      return stopAgent(action, context)
    case 'attempt.start':
      return startAttempt(action, context)
    case 'attempt.verify':
      return verifyAttempt(action, context)
    case 'attempt.stop':
      return stopAttempt(action, context)
    case 'task.check_done':
      return checkDone(action, context)
    case 'gate.check':
      return checkGate(action, context)
    case 'run.finish':
      context.loop.dispatch({ type: 'run.finished', at: context.clock.now() })
      return undefined
    default:
      return assertNever(action)
  }
}
