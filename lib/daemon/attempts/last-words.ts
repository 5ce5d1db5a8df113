/** What an agent CLI printed last when it ended soon after its start: the reason stands there, not in the exit status. */
import { agentDefinition } from '../../agents/registry.js'
import type { AgentRecord } from '../../core/run/state.js'
import { safeText } from '../../core/text/safe-text.js'
import { runningSpec } from '../../core/run/running-spec.js'
import { messageOf } from '../../core/errors.js'
import type { Kernel } from '../kernel/kernel.js'
import type { Host } from '../machines/host.js'
import { plainText } from '../agents/plain-text.js'

const START_MS = 30_000
const LINES = 3
const MOST = 300
const TAIL_BYTES = 8192

/** null: it ran for a while, printed nothing, or is not an agent CLI. */
export async function lastWords(
  agent: AgentRecord,
  host: Host,
  { clock, log }: Pick<Kernel, 'clock' | 'log'>,
): Promise<string | null> {
  const { spec, process, generation } = agent
  if (process.status !== 'alive' || clock.now() - process.since > START_MS) return null
  if (agent.mode === 'headless' || agentDefinition(runningSpec(agent).behaviour).version === null) return null
  try {
    // The log goes over all generations: it counts only when it was written since this one was placed. Some shells
    // compare whole seconds.
    const out = await host.shell.must('[ -f "$1" ] && [ ! "$2" -nt "$1" ] && tail -c "$3" "$1" || :', {
      args: [host.paths.log(spec.id), `${host.startDir(spec.id)}/gen.${generation}/who`, String(TAIL_BYTES)],
      maxBytes: TAIL_BYTES + 1024,
    })
    const lines = plainText(out.toString('utf8'))
      .split('\n')
      .map((line) => safeText(line).trim())
    const said = lines
      .filter((line) => /\p{L}/u.test(line))
      .slice(-LINES)
      .join(' / ')
    return said === '' ? null : said.length > MOST ? `…${said.slice(-MOST)}` : said
  } catch (error) {
    log.debug({ err: error, agent: spec.id }, `its last words were not read: ${messageOf(error)}`)
    return null
  }
}
