import { rmSync } from 'node:fs'
import type { DownResponse } from '../../core/protocol/api.js'
import { isThere } from '../../core/run/index/agent-state.js'
import { leftFile } from '../../home/paths.js'
import type { Principal } from '../../core/principal.js'
import type { Daemon } from '../daemon.js'
import { sayLeft } from '../machines/end-starts.js'
import { confirmed } from '../kernel/confirmed.js'
import { within } from '../../exec/within.js'

/** Two seconds for TERM, KILL, tmux, and a second look; much of that time is spent by a machine that is busy. */
const PER_HOST_MS = 20_000

/**
 * Ends the view, the daemon and, unless kept, exactly the agents that it started. An agent counts as stopped when a look
 * at its machine's processes finds nothing of it any more; what was not reached or does not end is said.
 */
export async function takeDown(daemon: Daemon, keepAgents: boolean, by: Principal): Promise<DownResponse> {
  const stopped: string[] = []
  const unreachable: string[] = []
  const living: string[] = []
  const { loop } = daemon
  const lives = [...loop.state.agents.values()].filter(isThere)
  // The run stops, too: the next `up` starts agents, and tasks only when it is asked to.
  daemon.pause(by)
  await confirmed(daemon.loop)
  daemon.beginStop()
  const machines = [...daemon.parts.hosts.keys()]
  const ended = await daemon.endAgents(keepAgents, PER_HOST_MS, by)
  for (const id of keepAgents ? [] : machines) {
    const here = lives.filter((a) => a.machine === id).map((a) => a.spec.id)
    const left = ended.get(id)
    if (left === undefined) {
      if (here.length > 0) unreachable.push(`${id} (${here.join(', ')} may live on)`)
      continue
    }
    const said = sayLeft(left)
    if (said === null) stopped.push(...here)
    else living.push(`${id}: ${said}${here.length === 0 ? '' : `; its agents were ${here.join(', ')}`}`)
  }
  // The person's view goes last of all local things, so that a failure can still be seen there.
  await within(PER_HOST_MS, daemon.parts.view.destroy())
  const isAll = unreachable.length === 0 && living.length === 0
  if (!keepAgents && isAll) rmSync(leftFile(daemon.paths, daemon.session), { force: true })
  return { stopped, unreachable, living }
}
