/** One process for an attempt of a headless agent: a job, shown on the agent's pane, whose prompt is its standard input. */
import { agentDefinition } from '../../agents/registry.js'
import type { AgentId } from '../../core/ids.js'
import { headlessInstructions } from '../../core/markers/marker-instructions.js'
import { attemptEnv } from '../../core/run/index/agent-tree.js'
import { runningSpec } from '../../core/run/running-spec.js'
import type { AttemptRecord } from '../../core/run/state.js'
import { shellQuote } from '../../core/shell-quote.js'
import { safeText } from '../../core/text/safe-text.js'
import type { AttemptNeeds } from './attempt-needs.js'
import type { Host } from '../machines/host.js'
import { startJob } from '../jobs/host-jobs.js'
import { jobKey, placedJob } from '../machines/job-name.js'
import { endEarlier } from './end-earlier.js'
import { envOf, launchContext } from '../agents/start-agent.js'
import { promptText, taskFiles } from './tell-task.js'

const TITLE_LIMIT = 60

/** Asked again after a crash or a lost link it finds what runs or ran: the launcher starts an attempt once. */
export async function startHeadless(
  id: AgentId,
  attempt: AttemptRecord,
  host: Host,
  needs: AttemptNeeds,
): Promise<void> {
  const { loop, clock, session } = needs.kernel
  const known = loop.state.agents.get(id)
  if (known === undefined) return
  const agent = { ...known, spec: runningSpec(known) }
  const { task } = attempt.told
  const definition = agentDefinition(agent.spec.behaviour)
  if (definition.headless === null) {
    const reason = `${definition.title} has no headless mode`
    loop.dispatch({
      type: 'attempt.ended',
      at: clock.now(),
      attempt: attempt.id,
      status: 'failed',
      reason,
      screen: null,
    })
    return
  }
  if (!(await endEarlier(attempt, needs))) return
  const dir = host.agentDir(id)
  const cwd = attempt.directory
  const launch = launchContext(agent, cwd, host)
  await host.putFiles(taskFiles(attempt, dir))
  await startJob(placedJob(host, jobKey(attempt.id)), {
    session,
    nonce: attempt.nonce,
    argv: definition.headless.argv(launch),
    // Reports of the CLI's own are the agent's, in its directory.
    env: {
      ...envOf(agent, definition.headless, host),
      ...attemptEnv(loop.state, attempt),
      ...task.env,
      ORCHESTRA_AGENT: id,
      ORCHESTRA_DIR: dir,
      ORCHESTRA_TOKEN: needs.tokens.ofAttempt(attempt.id, attempt.nonce),
    },
    cwd,
    timeoutMs: null,
    capture: true,
    stdin: `${promptText(attempt, `${dir}/context.md`, headlessInstructions(attempt.nonce, shellQuote(host.paths.report)))}\n`,
    seat: {
      dir: host.startDir(id),
      title: `${attempt.id} ${safeText(task.title).slice(0, TITLE_LIMIT)}`,
    },
  })
  await needs.jobWatch.started(attempt, host)
}
