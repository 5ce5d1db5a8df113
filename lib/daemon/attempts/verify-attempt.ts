import type { TaskSpec } from '../../core/layout/model.js'
import { attemptEnv } from '../../core/run/index/agent-tree.js'
import type { Action } from '../../core/run/actions.js'
import type { CheckResult } from '../../core/run/events.js'
import { verifyKey } from '../machines/job-name.js'
import { whyNotEntered } from '../machines/why-not-entered.js'
import { hostOf } from '../machines/host-of.js'
import type { AttemptNeeds } from './attempt-needs.js'
import type { Host } from '../machines/host.js'
import { checkCommands } from '../jobs/check-commands.js'

const VERIFY_TIMEOUT_MS = 10 * 60_000

/** Outputs first, they cost nothing; then the commands, in order, on the machine where the work was done. */
export async function verifyAttempt(
  action: Extract<Action, { type: 'attempt.verify' }>,
  needs: Pick<AttemptNeeds, 'kernel' | 'hosts' | 'jobs' | 'trees'>,
): Promise<void> {
  const { loop, clock } = needs.kernel
  const attempt = loop.state.attempts.get(action.attempt)
  if (attempt === undefined) return
  const spec = attempt.told.task
  const { work, escapes } = await needs.trees.lookAtWork(attempt)
  const finish = (checks: readonly CheckResult[], missing: readonly string[], outputs: readonly string[]) =>
    loop.dispatch({
      type: 'attempt.verified',
      at: clock.now(),
      attempt: attempt.id,
      ok: escapes.length === 0 && missing.length === 0 && checks.every((check) => check.ok),
      checks,
      missingOutputs: missing,
      outputs,
      work,
      escapes,
    })
  if (escapes.length > 0 || (spec.outputs.length === 0 && spec.verify.length === 0))
    return void finish([], [], [])
  const host = hostOf(needs, attempt.machine)
  const cwd = attempt.directory
  const missing = await missingOutputs(host, cwd, spec)
  const notEntered = missing.length > 0 ? await whyNotEntered(host, cwd) : null
  const outputs = spec.outputs.filter((path) => !missing.includes(path))
  if (missing.length > 0)
    return void finish([], [...missing, ...(notEntered === null ? [] : [notEntered])], outputs)
  const commands = {
    commands: spec.verify,
    keyOf: (i: number) => verifyKey(attempt.id, i),
    cwd,
    env: attemptEnv(loop.state, attempt),
    nonce: attempt.nonce,
    timeoutMs: VERIFY_TIMEOUT_MS,
  }
  // A machine that was reset meanwhile has lost its attempts, and that event tells it.
  await checkCommands(host, commands, { loop, jobs: needs.jobs }, (checks) => finish(checks, [], outputs))
}

const MISSING = `
dir=$1; shift
case $dir in '~') dir=$HOME;; '~/'*) dir=$HOME/\${dir#'~/'};; esac
cd "$dir" || { printf '%s\\n' "$@"; exit 0; }
for f do case $f in */) [ -d "$f" ] && [ -n "$(ls -A "$f")" ];; *) [ -s "$f" ];; esac || printf '%s\\n' "$f"; done`

/** Not there, or empty. */
async function missingOutputs(
  host: Host,
  cwd: string | null,
  { outputs }: Pick<TaskSpec, 'outputs'>,
): Promise<string[]> {
  if (outputs.length === 0) return []
  const out = await host.shell.must(MISSING, { args: [cwd ?? '~', ...outputs] })
  return out
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '')
}
