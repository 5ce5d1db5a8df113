/** Many agents that do next to nothing, spread over the hosts of a ground; brought up, and waited for. */
import { join } from 'node:path'
import { ApiClient } from '../../../lib/api/client.js'
import type { StatusDocument } from '../../../lib/core/protocol/status.js'
import { eventually } from '../../../spec/support/eventually.js'
import { machinesYaml, type Ground } from './ground.js'

export interface ClusterAgent {
  readonly id: string
  /** Flow YAML without the braces: `type: command, command: [...]`. Default: sleeps. */
  readonly spec?: string
  /** Name of a host, or `here`. */
  readonly machine: string
}

export const SESSION = 'bench'
const SLEEPS = 'type: command, command: [sleep, "100000"]'

/** `count` agents named A-1…, in turn on the hosts (on this machine when there are none). */
export function spread(
  ground: Ground,
  count: number,
  spec?: (i: number) => string | undefined,
): ClusterAgent[] {
  const names = ground.hosts.length === 0 ? ['here'] : ground.hosts.map(({ name }) => name)
  return Array.from({ length: count }, (_, i) => {
    const own = spec?.(i)
    const base = { id: `A-${i + 1}`, machine: names[i % names.length] ?? 'here' }
    return own === undefined ? base : { ...base, spec: own }
  })
}

/** Four agents a window; `views: false` leaves the agents without windows of their own. */
export function clusterYaml(ground: Ground, agents: readonly ClusterAgent[], more = ''): string {
  const lines = agents.map(
    ({ id, machine, spec }) => `  ${id}: { ${spec ?? SLEEPS}, machine: ${machine}, role: work }`,
  )
  const windows: string[] = []
  for (let i = 0; i < agents.length; i += 4) {
    const ids = agents.slice(i, i + 4).map(({ id }) => id)
    windows.push(`  - { name: w${i / 4 + 1}, agents: [${ids.join(', ')}], layout: tiled }`)
  }
  return `version: 1\nsession: ${SESSION}\n${machinesYaml(ground)}agents:\n${lines.join('\n')}\nwindows:\n${windows.join('\n')}\n${more}`
}

/** `up -d` and until every agent is there. @returns milliseconds until control came back, and until the last agent was there. */
export async function bringUp(ground: Ground, yaml: string): Promise<{ controlMs: number; allMs: number }> {
  const { orchestra } = ground
  orchestra.write('orchestra.yaml', yaml)
  const since = performance.now()
  const { code, stdout, stderr } = await orchestra.run(['up', '-d'], { timeoutMs: 120_000 })
  if (code !== 0) throw new Error(`up: exit ${code}\n${stdout}${stderr}`)
  const controlMs = performance.now() - since
  await eventually(async () => {
    const status = await clientOf(ground).get<StatusDocument>('/v1/status')
    const missing = status.agents.filter(
      ({ pane, state }) => pane === null || state === 'starting' || state === 'unknown',
    )
    const [first] = missing
    if (first !== undefined)
      throw new Error(
        `${missing.length} agents are not there: ${first.id} is ${first.state}, pane ${first.pane}`,
      )
  }, 90_000)
  return { controlMs, allMs: performance.now() - since }
}

export function socketOf({ orchestra }: Ground): string {
  return join(orchestra.state, 'run', `${SESSION}.sock`)
}

export function clientOf(ground: Ground): ApiClient {
  return new ApiClient(socketOf(ground))
}
