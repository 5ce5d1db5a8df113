/** Lists what exists of a kind, for completion. Only reads: from the store where no daemon runs. */
import { readdirSync } from 'node:fs'
import { layoutNames } from '../../config/resolve-layout.js'
import { BUILT_IN_ROLES } from '../../core/access/roles.js'
import { BUILT_IN_AGENT_TYPES } from '../../core/layout/agent-types.js'
import type { StatusDocument } from '../../core/protocol/status.js'
import { AGENT_STATES, TASK_STATUSES } from '../../core/words.js'
import { knownDaemons } from '../daemon/locate.js'
import { homePaths } from '../../home/paths.js'
import { packageRoot } from '../../home/package-root.js'
import { configuredHosts } from '../../ssh/ssh-config-reader.js'
import type { VerbContext } from '../verb.js'
import { TOPICS } from '../topics.js'

type Kind = (c: VerbContext) => Promise<readonly string[]> | readonly string[]

const ids = (rows: readonly { readonly id: string }[]) => rows.map(({ id }) => id)
const ofStatus =
  (choose: (doc: StatusDocument) => readonly string[]): Kind =>
  async (c) =>
    choose(await (await c.connect()).get<StatusDocument>('/v1/status'))

const KINDS: Readonly<Record<string, Kind>> = {
  agent: ofStatus((doc) => ids(doc.agents)),
  task: ofStatus((doc) => ids(doc.tasks)),
  gate: ofStatus((doc) => ids(doc.gates)),
  machine: ofStatus((doc) => ids(doc.machines)),
  phase: ofStatus((doc) => ids(doc.phases)),
  escalation: ofStatus((doc) => ids(doc.escalations)),
  role: ofStatus((doc) => [
    ...doc.agents.flatMap(({ role }) => role ?? []),
    ...doc.tasks.flatMap(({ role }) => role ?? []),
    ...ids(BUILT_IN_ROLES),
  ]),
  id: ofStatus((doc) => [...ids(doc.agents), ...ids(doc.tasks), ...ids(doc.gates)]),
  any: ofStatus((doc) => [...ids(doc.agents), ...ids(doc.tasks), ...ids(doc.gates), ...ids(doc.machines)]),
  // Only what waits for an answer.
  asks: ofStatus((doc) => [
    ...ids(doc.agents.filter(({ state }) => state === 'waiting')),
    ...ids(doc.gates.filter(({ status }) => status === 'waiting')),
  ]),
  shown: ofStatus((doc) => [...ids(doc.agents), ...doc.agents.flatMap(({ window }) => window ?? [])]),
  session: ({ env }) => knownDaemons(homePaths(env)).map(({ session }) => session),
  state: () => [...AGENT_STATES, ...TASK_STATUSES],
  type: () => BUILT_IN_AGENT_TYPES,
  verb: async ({ verbs }) => (await verbs()).map(({ name }) => name),
  topic: async ({ verbs }) => [...(await verbs()).map(({ name }) => name), ...TOPICS],
  layout: ({ cwd, env }) => [
    ...layoutNames({ cwd, configDir: homePaths(env).config, packageDir: packageRoot() }),
    ...filesIn(cwd),
  ],
  host: ({ env }) => ['local', ...sshNames(env)],
}

/** null: there is no such kind. */
export async function idsOf(kind: string, c: VerbContext): Promise<readonly string[] | null> {
  const of = KINDS[kind]
  return of === undefined ? null : [...new Set(await of(c))]
}

function filesIn(dir: string): string[] {
  try {
    return readdirSync(dir).filter((name) => /\.ya?ml$/.test(name))
  } catch {
    return []
  }
}

/** Plain names alone: a shell takes them as they stand. */
function sshNames(env: VerbContext['env']): string[] {
  return configuredHosts(env)
    .hosts.flatMap(({ name, aliases }) => [name, ...aliases])
    .filter((name) => /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name))
}
