/** A big graph for measuring: layers of tasks, each of which needs a few of the layer before. */
import type { Layout } from '../core/layout/model.js'
import { layoutOf, type AgentInit, type MachineInit, type TaskInit } from './layout-of.js'
import { Random } from './random.js'

export interface WideInit {
  readonly tasks: number
  readonly agents: number
  readonly machines?: number
  readonly roles?: number
  /** Tasks in a layer. */
  readonly width?: number
  readonly seed?: number
}

export function wideLayout(init: WideInit): Layout {
  const random = new Random(init.seed ?? 1)
  const hosts = init.machines ?? 20
  const roles = init.roles ?? 4
  const width = init.width ?? Math.max(1, Math.floor(init.tasks / 2))
  const machines: Record<string, MachineInit> = { here: {} }
  for (let n = 1; n < hosts; n += 1) machines[`host-${n}`] = { kind: 'ssh' }
  const names = Object.keys(machines)
  const agents: Record<string, AgentInit> = {}
  for (let n = 0; n < init.agents; n += 1) {
    agents[`agent-${n}`] = { machine: names[n % hosts]!, role: `role-${n % roles}` }
  }
  const tasks: Record<string, TaskInit> = {}
  for (let n = 0; n < init.tasks; n += 1) {
    const layer = Math.floor(n / width)
    const needs = new Set<string>()
    const wanted = layer === 0 ? 0 : 2
    for (let k = 0; k < wanted; k += 1) {
      needs.add(`task-${(layer - 1) * width + random.between(0, width - 1)}`)
    }
    const estimateMs = random.between(10, 600) * 1000
    tasks[`task-${n}`] = { needs: [...needs], estimateMs, role: `role-${n % roles}` }
  }
  return layoutOf({ machines, agents, tasks })
}
