import { rmSync } from 'node:fs'
import { leftFile } from '../../home/paths.js'
import type { Principal } from '../../core/principal.js'
import type { Daemon } from '../daemon.js'
import { within } from '../../exec/within.js'

const PER_HOST_MS = 10_000

/** Ends the view, the daemon and, unless kept, exactly the agents that it started; says what it could not reach. */
export async function down(
  daemon: Daemon,
  keepAgents: boolean,
  by: Principal,
): Promise<{ stopped: readonly string[]; unreachable: readonly string[] }> {
  const stopped: string[] = []
  const unreachable: string[] = []
  const { loop } = daemon
  const lives = [...loop.state.agents.values()].filter(
    (a) => a.process.status === 'alive' || a.process.status === 'starting',
  )
  // The run stops, too: the next `up` starts agents, and tasks only when it is asked to.
  daemon.pause(by)
  daemon.beginStop()
  const machines = [...daemon.hosts.keys()]
  const ended = new Set(await daemon.endAgents(keepAgents, PER_HOST_MS, by))
  for (const id of keepAgents ? [] : machines) {
    const here = lives.filter((a) => a.machine === id).map((a) => a.spec.id)
    if (ended.has(id)) stopped.push(...here)
    else if (here.length > 0) unreachable.push(`${id} (${here.join(', ')} may live on)`)
  }
  // The person's view goes last of all local things, so that a failure can still be seen there.
  await within(PER_HOST_MS, daemon.view.destroy())
  if (!keepAgents && unreachable.length === 0) rmSync(leftFile(daemon.paths, daemon.session), { force: true })
  return { stopped, unreachable }
}
