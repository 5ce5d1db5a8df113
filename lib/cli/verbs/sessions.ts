import type { StatusDocument } from '../../core/protocol/status.js'
import { OrchestraError } from '../../core/errors.js'
import { homePaths } from '../../home/paths.js'
import { daemonClient } from '../daemon/daemon-client.js'
import { knownDaemons, type KnownDaemon } from '../daemon/locate.js'
import { look } from '../look.js'
import { renderSessions, type SessionRow } from '../render/sessions.js'
import type { Verb, VerbContext } from '../verb.js'

export const sessions: Verb = {
  name: 'sessions',
  permission: 'status:read',
  describe: 'all sessions of this machine, with what needs a person in each',
  notOverApi: 'looks at all sessions of a machine, and an address is that of one daemon',
  positionals: [],
  options: {},
  example: 'orchestra sessions',
  run: async (c) => {
    if (c.host !== undefined)
      throw new OrchestraError('sessions lists those of this machine', {
        kind: 'usage',
        hint: 'Log in to the other one and list them there.',
      })
    const known = knownDaemons(homePaths(c.env))
    const rows = (await Promise.all(known.map((one) => rowOf(c, one)))).filter((row) => row !== null)
    c.out(c.json ? `${JSON.stringify(rows)}\n` : renderSessions(rows, { ...look(c), now: Date.now() }))
    return 0
  },
}

/** null: nothing ever ran there. */
async function rowOf(c: VerbContext, known: KnownDaemon): Promise<SessionRow | null> {
  const { session, daemon, crashed } = known
  const base = { session, pid: daemon?.pid ?? null }
  try {
    const doc = await documentOf(c, known)
    if (doc === null) return null
    const { summary, run, at } = doc
    const state = daemon !== null ? 'running' : crashed === undefined ? 'down' : 'crashed'
    const { agents, working, tasks, completed, needs_you, attention } = summary
    return {
      ...base,
      state,
      at,
      run: run.phase,
      agents,
      working,
      tasks,
      completed,
      needs_you,
      attention,
      problem: null,
    }
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error)
    return { ...base, state: 'unknown', at: null, run: null, ...NOTHING, problem }
  }
}

const NOTHING = { agents: null, working: null, tasks: null, completed: null, needs_you: null, attention: [] }

async function documentOf(c: VerbContext, { session, daemon }: KnownDaemon): Promise<StatusDocument | null> {
  if (daemon !== null) return daemonClient(daemon).get<StatusDocument>('/v1/status')
  const { storedStatus } = await import('../daemon/offline-client.js')
  return storedStatus(homePaths(c.env), session)
}
