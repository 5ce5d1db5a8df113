import { formatCycle } from '../dag/find-cycle.js'
import type { Layout, Machine } from './model.js'
import { nearest } from './did-you-mean.js'
import { checkCase, checkName, checkWorkMachine } from './names.js'
import type { Report } from './report.js'
import { quote } from './report.js'

export function checkMachines(layout: Layout, report: Report): void {
  const machines = new Map<string, Machine>(layout.machines.map((machine) => [machine.id, machine]))
  const layers = new Set<string>(layout.layers.map((layer) => layer.id))
  const locals = layout.machines.filter((machine) => machine.kind === 'local')
  checkCase(
    report,
    'machines',
    layout.machines.map((machine) => machine.id),
  )
  for (const extra of locals.slice(1)) {
    report(['machines', extra.id, 'kind'], `${locals[0]!.id} is the local machine already; there is only one`)
  }
  for (const machine of layout.machines) {
    const path = ['machines', machine.id]
    if (machine.layer !== null) checkName(report, [...path, 'layer'], 'layer', machine.layer, layers)
    if (
      machine.id === ('hold' as string) ||
      (machine.id === ('local' as string) && machine.kind !== 'local')
    ) {
      report(path, `a machine cannot be called ${machine.id}: on_unreachable means something else by it`)
    }
    if (machine.kind !== 'ssh') continue
    if (machine.onUnreachable.policy === 'machine') {
      const target = machine.onUnreachable.machine
      const place = [...path, 'on_unreachable']
      if (target === machine.id) report(place, `${machine.id} cannot stand in for itself`)
      else if (machines.has(target)) checkWorkMachine(report, place, target, machines)
      else
        checkName(report, place, 'machine', target, new Map([...machines, ['hold', null], ['local', null]]))
    }
    checkJump(machine, machines, report)
  }
  for (const server of layout.mcpServers) {
    checkWorkMachine(report, ['mcp_servers', server.id, 'machine'], server.machine, machines)
  }
}

function checkJump(
  machine: Machine & { kind: 'ssh' },
  machines: ReadonlyMap<string, Machine>,
  report: Report,
): void {
  if (machine.jump === null) return
  const path = ['machines', machine.id, 'jump']
  const target = machines.get(machine.jump)
  if (target === undefined) {
    // A host of ~/.ssh/config is fine; one that reads like a machine of ours is probably a slip.
    const near = nearest(machine.jump, machines.keys())
    if (near !== undefined) {
      report(
        path,
        `no machine is called ${quote(machine.jump)} (did you mean ${near}?); taken as an ssh host`,
        'warning',
      )
    }
    return
  }
  if (target.kind !== 'ssh') {
    report(path, `${target.id} is of kind ${target.kind}; a jump goes through a machine of kind ssh`)
    return
  }
  const walk: string[] = [machine.id]
  let at: Machine | undefined = target
  while (at?.kind === 'ssh') {
    const seen = walk.indexOf(at.id)
    if (seen >= 0) {
      const circle = [...walk.slice(seen), at.id]
      // Said once, at the machine of the circle that comes first.
      const first = [...machines.keys()].find((id) => circle.includes(id))
      if (first === machine.id) report(path, `the jumps go round in a circle: ${formatCycle(circle)}`)
      return
    }
    walk.push(at.id)
    at = at.jump === null ? undefined : machines.get(at.jump)
  }
}
