import type { Daemon } from '../daemon.js'

const PER_HOST_MS = 10_000

/** Ends the view, the daemon and, unless kept, exactly the agents that it started; says what it could not reach. */
export async function down(
  daemon: Daemon,
  keepAgents: boolean,
): Promise<{ stopped: readonly string[]; unreachable: readonly string[] }> {
  const stopped: string[] = []
  const unreachable: string[] = []
  const { loop } = daemon
  const lives = [...loop.state.agents.values()].filter(
    (a) => a.process.status === 'alive' || a.process.status === 'starting',
  )
  daemon.beginStop()
  if (!keepAgents) {
    for (const [id, host] of daemon.hosts) {
      const here = lives.filter((a) => a.machine === id).map((a) => a.spec.id)
      if (host.isReady) stopped.push(...here)
      else if (here.length > 0) unreachable.push(`${id} (${here.join(', ')} may live on)`)
    }
  }
  // The person's view goes last of all local things, so that a failure can still be seen there.
  await within(PER_HOST_MS, daemon.endAgents(keepAgents))
  await within(PER_HOST_MS, daemon.view.destroy())
  return { stopped, unreachable }
}

async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  await Promise.race([work.catch(() => {}), new Promise((resolve) => (timer = setTimeout(resolve, ms)))])
  clearTimeout(timer)
}
