/** A state without anything in it, for specs of what carries it. */
import type { StatusDocument } from '../../lib/core/protocol/status.js'

const LISTS = [
  'layers',
  'machines',
  'mcp_servers',
  'agents',
  'tasks',
  'gates',
  'phases',
  'milestones',
  'merges',
]

/** @param more what the spec looks for */
export function bareStatus(more: object): StatusDocument {
  const lists = Object.fromEntries(LISTS.map((list) => [list, []]))
  return { version: 1, at: '', ...lists, ...more } as unknown as StatusDocument
}
