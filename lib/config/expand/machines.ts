import type { LayerId, MachineId } from '../../core/ids.js'
import {
  TRANSPORTS,
  type Layer,
  type Machine,
  type McpServerSpec,
  type OnUnreachable,
} from '../../core/layout/model.js'
import type { Report } from '../../core/layout/report.js'
import type { YamlMap } from '../located.js'
import { isMap } from '../located.js'
import * as read from './read.js'

export function expandLayers(root: YamlMap): Layer[] {
  return Object.entries(read.map(root, 'layers')).map(([id, value]) => ({
    id: id as LayerId,
    name: typeof value === 'string' ? value : isMap(value) ? (read.text(value, 'name') ?? id) : id,
  }))
}

const KINDS = ['local', 'ssh', 'client', 'github'] as const

/** Without a machine of kind `local` there is one nonetheless: the one that the daemon runs on. */
export function expandMachines(root: YamlMap, report: Report): { machines: Machine[]; local: MachineId } {
  const machines = Object.entries(read.map(root, 'machines')).map(([id, value]) => {
    checkKeys(id, value, report)
    return expandMachine(id, value)
  })
  const local = machines.find((machine) => machine.kind === 'local')
  if (local !== undefined) return { machines, local: local.id }
  const id = (machines.some((machine) => machine.id === 'local') ? 'localhost' : 'local') as MachineId
  return {
    machines: [...machines, { ...base(id, Object.create(null) as YamlMap), kind: 'local' }],
    local: id,
  }
}

function expandMachine(id: string, value: unknown): Machine {
  if (typeof value === 'string') return sshMachine(id, Object.create(null) as YamlMap, value)
  const map = isMap(value) ? value : (Object.create(null) as YamlMap)
  const kind = machineKind(map)
  if (kind === 'ssh') return sshMachine(id, map, read.text(map, 'host') ?? id)
  if (kind === 'github') return { ...base(id, map), kind, repository: read.text(map, 'repository') }
  return { ...base(id, map), kind }
}

const SSH_KEYS = ['host', 'user', 'port', 'jump', 'identity_file', 'transport', 'on_unreachable']

function checkKeys(id: string, value: unknown, report: Report): void {
  if (!isMap(value)) return
  const path = ['machines', id]
  if (!('kind' in value) && !('host' in value) && !('repository' in value)) {
    report(path, `machine ${id} has no kind (${KINDS.join(', ')})`)
    return
  }
  const kind = machineKind(value)
  const strange = [...(kind === 'ssh' ? [] : SSH_KEYS), ...(kind === 'github' ? [] : ['repository'])]
  for (const key of strange) {
    if (key in value) report([...path, key], `${key} means nothing for a machine of kind ${kind}`)
  }
}

/** `kind:` may be left out where the other keys tell it. */
export function machineKind(map: YamlMap): Machine['kind'] {
  const kind = read.oneOf(map, 'kind', KINDS)
  return kind ?? (read.text(map, 'repository') === null ? 'ssh' : 'github')
}

function sshMachine(id: string, map: YamlMap, destination: string): Machine {
  const parts = /^(?:([^@]+)@)?([^:]+)(?::(\d+))?$/.exec(destination)
  return {
    ...base(id, map),
    kind: 'ssh',
    host: parts?.[2] ?? destination,
    user: read.text(map, 'user') ?? parts?.[1] ?? null,
    port: read.number(map, 'port') ?? (parts?.[3] === undefined ? null : Number(parts[3])),
    jump: read.text(map, 'jump'),
    identityFile: read.text(map, 'identity_file'),
    transport: read.oneOf(map, 'transport', TRANSPORTS) ?? 'ssh2',
    onUnreachable: onUnreachable(read.text(map, 'on_unreachable')),
  }
}

function onUnreachable(text: string | null): OnUnreachable {
  if (text === null || text === 'hold') return { policy: 'hold' }
  return text === 'local' ? { policy: 'local' } : { policy: 'machine', machine: text as MachineId }
}

function base(id: string, map: YamlMap) {
  return {
    id: id as MachineId,
    layer: read.text(map, 'layer') as LayerId | null,
    code:
      read.text(map, 'code') ??
      id
        .replace(/[^A-Za-z0-9]/g, '')
        .slice(0, 2)
        .toUpperCase(),
    label: read.text(map, 'label'),
    repo: read.text(map, 'repo'),
    capacity: read.number(map, 'capacity'),
    maxLoad: read.number(map, 'max_load'),
  }
}

export function expandMcpServers(root: YamlMap, local: MachineId): McpServerSpec[] {
  return Object.entries(read.map(root, 'mcp_servers')).flatMap(([id, value]) =>
    isMap(value)
      ? [
          {
            id,
            machine: (read.text(value, 'machine') as MachineId | null) ?? local,
            command: read.argv(value, 'command'),
            env: read.env(value, 'env'),
          },
        ]
      : [],
  )
}
