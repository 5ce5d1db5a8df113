/** Windows of ours on a machine, whoever they belong to, and the logs that they write. */
import type { AgentId } from '../../core/ids.js'
import type { Host } from './host.js'

const KEPT_LOG_BYTES = 16 * 1024 * 1024

/** Windows of the agent other than that generation's: left over from before a restart. Without `keep`: all of them. */
export async function closeWindowsOf(host: Host, agent: AgentId, keep?: number): Promise<void> {
  for (const pane of await host.session.list()) {
    if (pane.agent === agent && pane.generation !== String(keep)) await host.session.stopWindow(pane.window)
  }
}

export async function rotateLogs(host: Host): Promise<void> {
  const panes = (await host.session.list()).filter((p) => p.dead === null && p.piped)
  await host.session.rotateLogs(
    panes.map((p) => ({ pane: p.pane, file: host.paths.log(p.agent) })),
    KEPT_LOG_BYTES,
  )
}
