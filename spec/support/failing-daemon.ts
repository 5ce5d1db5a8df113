/**
 * The daemon, with one of its ports made to fail: FAIL_PORT names it, FAIL_AT says at which call, FAIL_EVERY at which
 * later ones, FAIL_HOW whether before the effect, after it (the answer is lost) or in turns. With `kill-before` and
 * `kill-after` the daemon ends itself with -9 there. FAIL_LOG is told what failed, and in the end how many calls there were.
 */
import { appendFileSync } from 'node:fs'
import { OrchestraError } from '../../lib/core/errors.js'
import { LocalLink } from '../../lib/exec/local-link.js'
import { Shell } from '../../lib/exec/shell.js'
import { ProtocolFiles } from '../../lib/store/protocol-files.js'
import { SqliteFacts } from '../../lib/store/sqlite-facts.js'
import { Store } from '../../lib/store/store.js'
import { AgentSession } from '../../lib/tmux/agent-session.js'
import { ControlClient } from '../../lib/tmux/control-client.js'
import { ViewSession } from '../../lib/tmux/view-session.js'

type Method = (this: unknown, ...args: unknown[]) => unknown

const { FAIL_PORT = '', FAIL_AT = '0', FAIL_EVERY = '0', FAIL_HOW = 'turns', FAIL_LOG = '' } = process.env
/** Far more than the run needs calls: afterwards nothing fails, and all must come to its end. */
const MOST = 12

/** Prototype, its methods, whether they may fail after the effect (a transaction either happened or did not). */
const PORTS: Record<string, readonly [object, readonly string[], boolean][]> = {
  transport: [
    [Shell.prototype, ['run'], true],
    [LocalLink.prototype, ['hold'], false],
  ],
  tmux: [
    [ControlClient.prototype, ['commands', 'confirmed'], true],
    [AgentSession.prototype, ['ensure', 'list', 'startWindow', 'stopWindow', 'capture'], true],
    [ViewSession.prototype, ['reconcile'], true],
  ],
  store: [
    [Store.prototype, ['append'], false],
    [SqliteFacts.prototype, ['get', 'set', 'noteSending'], false],
  ],
  files: [[ProtocolFiles.prototype, ['writeQueue', 'writeAgentStatus', 'writeResult', 'writeReport'], false]],
}

let calls = 0
let failures = 0

function failsNow(name: string): boolean {
  calls += 1
  const since = calls - Number(FAIL_AT)
  const every = Number(FAIL_EVERY)
  const isTurn = since === 0 || (every > 0 && since > 0 && since % every === 0)
  if (!isTurn || failures >= MOST) return false
  failures += 1
  appendFileSync(FAIL_LOG, `${calls} ${name}\n`)
  return true
}

function failure(name: string, delivered: string): OrchestraError {
  return new OrchestraError(`${name} was made to fail`, {
    kind: FAIL_PORT === 'store' || FAIL_PORT === 'files' ? 'failed' : 'unreachable',
    details: FAIL_PORT === 'store' ? { store: 'full' } : { delivered, reason: 'lost' },
  })
}

const isAsync = FAIL_PORT === 'transport' || FAIL_PORT === 'tmux'
for (const [prototype, names, mayFailAfter] of PORTS[FAIL_PORT] ?? []) {
  for (const name of names) {
    const holder = prototype as Record<string, Method>
    const real = holder[name]
    if (real === undefined) throw new Error(`${FAIL_PORT} has no ${name} any more`)
    holder[name] = function (...args) {
      if (!failsNow(name)) return real.apply(this, args)
      if (FAIL_HOW.startsWith('kill')) {
        const result = FAIL_HOW === 'kill-after' ? real.apply(this, args) : undefined
        process.kill(process.pid, 'SIGKILL')
        return result
      }
      if (!isAsync) throw failure(name, 'not_sent')
      const isAfter = FAIL_HOW === 'after' || (FAIL_HOW === 'turns' && failures % 2 === 0)
      if (!mayFailAfter || !isAfter) return Promise.reject(failure(name, 'not_sent'))
      return (real.apply(this, args) as Promise<unknown>).then(() => {
        throw failure(name, 'unknown')
      })
    }
  }
}
process.once('exit', () => appendFileSync(FAIL_LOG, `calls ${calls}\n`))

void import('../../lib/daemon/main.js')
