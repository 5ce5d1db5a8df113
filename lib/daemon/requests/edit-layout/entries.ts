/** Chooses what is written of an agent: its type, its machine, its name. */
import type { Entry } from '../../../config/edit-agents.js'
import { OrchestraError } from '../../../core/errors.js'
import { idOfName } from '../../../core/ids.js'
import { BUILT_IN_AGENT_TYPES } from '../../../core/layout/agent-types.js'
import { didYouMean } from '../../../core/layout/did-you-mean.js'
import type { Layout } from '../../../core/layout/model.js'
import { configuredHosts } from '../../../ssh/ssh-config-reader.js'
import { parseDestination } from '../../../ssh/ssh-target.js'

/** Refuses a word that is plainly a mistyped type; a type of the layout's own is checked with the layout. */
export function checkedType({ agents }: Layout, type: string): void {
  const known = [...BUILT_IN_AGENT_TYPES, ...agents.map((agent) => agent.type)]
  const meant = didYouMean(type, known)
  if (meant !== '' && !known.includes(type))
    throw new OrchestraError(`there is no agent type ${type}${meant}`, {
      kind: 'usage',
      hint: `Types: ${BUILT_IN_AGENT_TYPES.join(', ')}, and those of the layout's agent_types.`,
    })
}

/** `id` null: this machine. `entry`: it has to be written into the layout first. */
export function machineFor(
  { machines }: Layout,
  on: string | null,
): { readonly id: string | null; readonly entry: Entry | null } {
  if (on === null || on === 'local') return { id: null, entry: null }
  const known =
    machines.find(({ id }) => id === on) ?? machines.find((one) => one.kind === 'ssh' && one.host === on)
  if (known !== undefined) return { id: known.kind === 'local' ? null : known.id, entry: null }
  const target = parseDestination(on)
  const { hosts } = configuredHosts(process.env)
  const names = hosts.flatMap(({ name, aliases }) => [name, ...aliases])
  // A word that ssh knows nothing of is a mistake more often than a host.
  if (target === undefined || (!names.includes(on) && !/[.@:]/.test(on))) {
    const all = [...machines.map(({ id }) => id), ...names]
    throw new OrchestraError(`there is no machine ${on}${didYouMean(on, all)}`, {
      kind: 'usage',
      hint: `Machines of the layout: ${machines.map(({ id }) => id).join(', ')}. Another one is named as ssh takes it: a Host of ~/.ssh/config, user@host, host:port.`,
    })
  }
  const { host, user, port } = target
  const id = freeMachine(host, machines)
  return {
    id,
    entry: {
      id,
      value: {
        kind: 'ssh',
        host,
        ...(user === null ? {} : { user }),
        ...(port === null ? {} : { port }),
      },
    },
  }
}

function freeMachine(host: string, machines: Layout['machines']): string {
  const plain = idOfName(host)
  const base = plain !== null && !/^\d+$/.test(plain) && !['hold', 'local'].includes(plain) ? plain : 'host'
  const taken = new Set(machines.map(({ id }) => id.toLowerCase()))
  for (let n = 1; ; n += 1) {
    const id = n === 1 ? base : `${base}-${n}`
    if (!taken.has(id.toLowerCase())) return id
  }
}

/** `claude-1`, or exactly the name that was given. Several are a group with `count:` where its names are free. */
export function freeIds(
  { agents, tasks, gates, windows }: Layout,
  base: string,
  count: number,
  isGiven: boolean,
): { readonly ids: readonly string[]; readonly group: string | null } {
  const taken = new Set<string>([
    ...agents.map(({ id }) => id),
    ...tasks.map(({ id }) => id),
    ...gates.map(({ id }) => id),
    ...windows.map(({ name }) => name),
  ])
  if (count === 1 && isGiven) {
    if (taken.has(base))
      throw new OrchestraError(`${base} is the name of something else already`, {
        kind: 'usage',
        hint: 'Agents, tasks, gates and windows have one name each.',
      })
    return { ids: [base], group: null }
  }
  const members = Array.from({ length: count }, (_, at) => `${base}-${at + 1}`)
  if (count > 1 && !taken.has(base) && members.every((id) => !taken.has(id)))
    return { ids: members, group: base }
  const ids: string[] = []
  for (let n = 1; ids.length < count; n += 1) if (!taken.has(`${base}-${n}`)) ids.push(`${base}-${n}`)
  return { ids, group: null }
}
