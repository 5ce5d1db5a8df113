import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { ApiClient } from '../../api/client.js'
import { greetedClient } from '../daemon/daemon-client.js'
import { isHanging, isUnreachable, OrchestraError } from '../../core/errors.js'
import type { DownResponse } from '../../core/protocol/api.js'
import type { StatusDocument } from '../../core/protocol/status.js'
import { homePaths, leftFile } from '../../home/paths.js'
import { startDaemon } from '../daemon/ensure-daemon.js'
import { isGone } from '../daemon/is-gone.js'
import { knownDaemons, sessionOfLayoutFile } from '../daemon/locate.js'
import { directory } from '../daemon/surroundings.js'
import type { Verb, VerbContext } from '../verb.js'
import { flag } from '../verb-arguments.js'

/** Stopping is done when the daemon is gone, not when it said that it would go. */
export const down: Verb = {
  name: 'down',
  permission: 'run:write',
  describe: 'stop the run, the session, the daemon and exactly the agents that it started',
  startsNoDaemon: true,
  positionals: [],
  options: { 'keep-agents': flag('leave the agents alive') },
  example: 'orchestra down --keep-agents',
  run: async (c) => {
    const client = await answering(c).catch((error: unknown) => reopen(c, error))
    const { session, daemon } = await client.get<StatusDocument>('/v1/status')
    const answer = await client.post<DownResponse>('/v1/down', {
      keepAgents: c.flag('keep-agents'),
    })
    if (c.host === undefined && daemon !== null) await gone(daemon.pid)
    if (c.json) c.out(`${JSON.stringify(answer)}\n`)
    else {
      c.out(
        `${session} is down. Agents stopped: ${answer.stopped.length === 0 ? 'none' : answer.stopped.join(', ')}\n`,
      )
      for (const what of answer.unreachable) c.err(`could not reach ${what}\n`)
      // A daemon of before says nothing of them.
      for (const what of answer.living ?? []) c.err(`not ended on ${what}\n`)
    }
    return answer.unreachable.length > 0 || (answer.living ?? []).length > 0 ? 1 : 0
  },
}

/** Its file outlives a daemon that was killed. */
async function answering(c: VerbContext): Promise<ApiClient> {
  const client = await c.connect()
  await client.get('/v1/ping')
  return client
}

const LOOK_MS = 15_000

/** The daemon is gone, its agents may not be: one that goes on with nothing looks for them, and ends them. */
async function reopen(c: VerbContext, error: unknown): Promise<ApiClient> {
  const isAway = isUnreachable(error) && !isHanging(error)
  if (!isAway || c.host !== undefined || c.flag('keep-agents')) throw error
  const paths = homePaths(c.env)
  const left = knownDaemons(paths)
    .map(({ session }) => session)
    .filter((session) => existsSync(leftFile(paths, session)))
  const here = sessionOfLayoutFile(join(directory() ?? '/', 'orchestra.yaml'))
  const session = left.find((one) => one === (c.session ?? here)) ?? (left.length === 1 ? left[0] : undefined)
  if (session === undefined || (c.session ?? session) !== session) throw error
  const client = greetedClient(await startDaemon(['--session', session, '--paused'], c))
  const deadline = Date.now() + LOOK_MS
  for (;;) {
    const { agents, machines } = await client.get<StatusDocument>('/v1/status')
    const isSeen = (id: string) => machines.find((one) => one.id === id)?.state !== 'unknown'
    if (agents.every(({ machine }) => isSeen(machine)) || Date.now() > deadline) return client
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

async function gone(pid: number): Promise<void> {
  const deadline = Date.now() + 15_000
  while (!isGone(pid)) {
    if (Date.now() > deadline) {
      throw new OrchestraError('the daemon said that it stops, but it is still there', {
        kind: 'failed',
        hint: 'Its log says why: see `daemon.log` in the session directory.',
      })
    }
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
