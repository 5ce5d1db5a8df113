import { OrchestraError } from '../../core/errors.js'
import { isAlive } from '../locate.js'
import type { StatusDocument } from '../../core/protocol/status.js'
import type { Verb } from '../verb.js'

/** Stopping is done when the daemon is gone, not when it said that it would go. */
export const run: Verb = async (c) => {
  const client = await c.connect()
  const { session, daemon } = await client.get<StatusDocument>('/v1/status')
  const answer = await client.post<{ stopped: string[]; unreachable: string[] }>('/v1/down', {
    keepAgents: c.flag('keep-agents'),
  })
  if (c.host === undefined) await gone(daemon.pid)
  if (c.json) c.out(`${JSON.stringify(answer)}\n`)
  else {
    c.out(
      `${session} is down. Agents stopped: ${answer.stopped.length === 0 ? 'none' : answer.stopped.join(', ')}\n`,
    )
    for (const what of answer.unreachable) c.err(`could not reach ${what}\n`)
  }
  return answer.unreachable.length > 0 ? 1 : 0
}

async function gone(pid: number): Promise<void> {
  const deadline = Date.now() + 15_000
  while (isAlive(pid)) {
    if (Date.now() > deadline) {
      throw new OrchestraError('the daemon said that it stops, but it is still there', {
        kind: 'failed',
        hint: 'Its log says why: see `daemon.log` in the session directory.',
      })
    }
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
