/** `layers:` and `machines:`. */
import * as z from 'zod'
import { checkedId, type LayerId, type MachineId } from '../../core/ids.js'
import {
  TRANSPORTS,
  type Machine,
  type MachineBase,
  type OnUnreachable,
} from '../../core/layout/machine-spec.js'
import type { Layer } from '../../core/layout/model.js'
import type { Report } from '../../core/layout/report.js'
import { isMap } from '../located.js'
import { described, keys, required, whole, type Docs } from './key.js'
import {
  code,
  count,
  destination,
  host,
  id,
  number,
  path,
  repository,
  section,
  title,
  user,
  word,
} from './kinds.js'

const layer = keys(() => ({ name: required(title()) }))

export const LAYER_DOCS: Docs<typeof layer> = {
  name: 'what the layer is called; the text alone means it, too',
}

export const layers = () => section<LayerId>(() => z.union([title().schema(), layer.schema()]))

export function expandLayers(entries: readonly (readonly [LayerId, unknown])[]): Layer[] {
  return entries.map(([id, value]) => ({
    id,
    name: typeof value === 'string' ? value : (layer.read(value).name ?? id),
  }))
}

const KINDS = ['local', 'ssh', 'client', 'github'] as const

const shared = keys(() => ({
  layer: id<LayerId>(),
  code: code(),
  label: title(),
  repo: path(),
  capacity: count(1, 10_000),
  max_load: number(() => z.number().positive().max(100_000)),
}))
const ssh = keys(() => ({
  host: host(),
  user: user(),
  port: count(1, 65_535),
  jump: destination(),
  identity_file: path(),
  transport: word(...TRANSPORTS),
  on_unreachable: described(id<MachineId>(), 'hold, local, or the id of another machine'),
}))
const github = keys(() => ({ repository: repository() }))
const machine = keys(() => ({ kind: word(...KINDS), ...shared.table(), ...ssh.table(), ...github.table() }))

const SSH = "over what `~/.ssh/config` says for `host`. `jump`: a machine's id or `[user@]host[:port]`"
export const MACHINE_DOCS: Docs<typeof machine> = {
  kind: '`local` (this machine, exactly one), `ssh`, `client`, `github` (both only listed). May be left out beside `host` or `repository`',
  layer: 'the layer that it belongs to',
  code: 'two or so letters for tables; without it the first two of its id',
  label: 'a name for people',
  repo: 'a working copy that the survey looks at: branch, uncommitted files, ahead, behind, submodules without an entry in `.gitmodules`',
  capacity: 'agents and jobs that may work there at once',
  max_load: 'no new work above this 1-minute load; there is no default',
  host: SSH,
  user: SSH,
  port: SSH,
  jump: SSH,
  identity_file: SSH,
  transport:
    '`ssh2` (default), or `openssh`: the ssh program of this machine, for certificates, security keys, GSSAPI, ProxyCommand and post-quantum key exchange',
  on_unreachable: "`hold` (wait), `local`, or a machine's id: where its work goes meanwhile",
  repository: '`owner/name`, for `kind: github`',
}

export const machines = () => section<MachineId>(() => z.union([destination().schema(), machine.schema()]))

/** Without a machine of kind `local` there is one nonetheless: the one that the daemon runs on. */
export function expandMachines(
  entries: readonly (readonly [MachineId, unknown])[],
  report: Report,
): { machines: Machine[]; local: MachineId } {
  const all = entries.map(([id, value]) => {
    checkKeys(id, value, report)
    return expandMachine(id, value)
  })
  const local = all.find(({ kind }) => kind === 'local')
  if (local !== undefined) return { machines: all, local: local.id }
  const own = checkedId<MachineId>(all.some(({ id }) => isCalled(id, 'local')) ? 'localhost' : 'local')
  return { machines: [...all, { ...baseOf(own, {}), kind: 'local' }], local: own }
}

function expandMachine(id: MachineId, value: unknown): Machine {
  if (typeof value === 'string') return sshMachine(id, {}, value)
  const kind = kindOf(value)
  const base = baseOf(id, value)
  if (kind === 'ssh') return sshMachine(id, value, ssh.read(value).host ?? id)
  return kind === 'github' ? { ...base, kind, ...github.read(value) } : { ...base, kind }
}

/** Complains of keys that mean nothing for its kind. */
function checkKeys(id: MachineId, value: unknown, report: Report): void {
  if (!isMap(value)) return
  const path = ['machines', id]
  if (!(['kind', 'host', 'repository'] as const).some((key) => machine.has(value, key))) {
    report(path, `machine ${id} has no kind (${KINDS.join(', ')})`)
    return
  }
  const kind = kindOf(value)
  const strange = [...(kind === 'ssh' ? [] : ssh.names()), ...(kind === 'github' ? [] : github.names())]
  for (const key of strange) {
    if (machine.has(value, key)) report([...path, key], `${key} means nothing for a machine of kind ${kind}`)
  }
}

/** `kind:` may be left out where the other keys tell it. */
function kindOf(value: unknown): Machine['kind'] {
  const { kind, repository } = machine.read(value)
  return kind ?? (repository === null ? 'ssh' : 'github')
}

/** @param destination `[user@]host[:port]`; the keys of their own count before what stands in it. */
function sshMachine(id: MachineId, value: unknown, destination: string): Machine {
  const parts = /^(?:([^@]+)@)?([^:]+)(?::(\d+))?$/.exec(destination)
  const { host: _host, user, port, transport, identity_file, on_unreachable, ...rest } = ssh.read(value)
  const own = whole<Omit<Extract<Machine, { kind: 'ssh' }>, keyof MachineBase | 'kind'>>()({
    ...rest,
    host: parts?.[2] ?? destination,
    user: user ?? parts?.[1] ?? null,
    port: port ?? (parts?.[3] === undefined ? null : Number(parts[3])),
    identityFile: identity_file,
    transport: transport ?? 'ssh2',
    onUnreachable: onUnreachable(on_unreachable),
  })
  return { ...baseOf(id, value), kind: 'ssh', ...own }
}

function onUnreachable(to: MachineId | null): OnUnreachable {
  if (to === null || isCalled(to, 'hold')) return { policy: 'hold' }
  return isCalled(to, 'local') ? { policy: 'local' } : { policy: 'machine', machine: to }
}

function isCalled(id: MachineId, name: string): boolean {
  return (id as string) === name
}

function baseOf(id: MachineId, value: unknown): MachineBase {
  const { code, max_load, ...rest } = shared.read(value)
  const letters = id.replace(/[^A-Za-z0-9]/g, '').slice(0, 2)
  return whole<MachineBase>()({ ...rest, id, code: code ?? letters.toUpperCase(), maxLoad: max_load })
}
