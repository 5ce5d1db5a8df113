import type { MachineId } from '../ids.js'
import type { AgentSpec, Layout } from './model.js'

/**
 * Where what runs on a machine works: its own `cwd` (a relative one starts from the machine's), else the layout file's
 * directory here, the machine's `repo` there. null: HOME.
 *
 * @param machine null: this one
 */
export function workDirectory(
  layout: Layout | null,
  machine: MachineId | null,
  cwd: string | null,
): string | null {
  if (cwd !== null && /^[/~]/.test(cwd)) return cwd
  const base = defaultOf(layout, machine)
  const below = cwd?.replace(/^(?:\.\/+)+/, '') ?? '.'
  return below === '.' || below === '' ? base : `${base ?? '~'}/${below}`
}

function defaultOf(layout: Layout | null, machine: MachineId | null): string | null {
  // Journals of before knew of no such rule: HOME everywhere.
  if (layout === null || layout.directory === null) return null
  const found = machine === null ? undefined : layout.machines.find(({ id }) => id === machine)
  if (found === undefined || found.kind === 'local')
    return machine === null || found ? layout.directory : null
  return found.kind === 'ssh' ? found.repo : null
}

/** The agent's entry as its start on that machine takes it. */
export function agentOn(layout: Layout | null, machine: MachineId, spec: AgentSpec): AgentSpec {
  return { ...spec, cwd: workDirectory(layout, machine, spec.cwd) }
}
