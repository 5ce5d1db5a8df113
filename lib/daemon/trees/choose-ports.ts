/** A port for each name: that of the layout plus ten times the slot's index, or the next one of its ten on which nobody listens. */
import type { SlotRecord } from '../../core/trees/records.js'
import { PORT_STEP } from '../../core/trees/spec.js'
import type { TreeGit } from './tree-git.js'

export async function choosePorts(
  git: Pick<TreeGit, 'usedPorts'>,
  slot: SlotRecord,
  wanted: Readonly<Record<string, number>>,
  slots: Iterable<SlotRecord>,
): Promise<Readonly<Record<string, number>>> {
  const names = Object.entries(wanted)
  if (names.length === 0) return {}
  const firsts = new Map(names.map(([name, port]) => [name, port + PORT_STEP * slot.index]))
  const candidates = [...firsts.values()].flatMap((first) =>
    Array.from({ length: PORT_STEP }, (_, more) => first + more),
  )
  const used = new Set(await git.usedPorts(candidates))
  for (const other of slots)
    if (other.machine === slot.machine && other.id !== slot.id)
      for (const port of Object.values(other.ports)) used.add(port)
  const chosen: Record<string, number> = {}
  for (const [name, first] of firsts) {
    // An agent that keeps its tree listens on its own.
    const own = slot.holder?.kind === 'agent' ? slot.ports[name] : undefined
    const port =
      own ?? candidates.find((one) => one >= first && one < first + PORT_STEP && !used.has(one)) ?? first
    used.add(port)
    chosen[name] = port
  }
  return chosen
}
