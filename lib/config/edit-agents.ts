/** Puts agents into the text of a layout file and takes them out, each with its window; see `edit-text.ts`. */
import { isMap, isScalar, isSeq, type Node, type YAMLMap } from 'yaml'
import { pairOf, rootOf, withEntry, withItem, withoutEntry, withoutItem } from './edit-text.js'

/** An agent or a machine. */
export interface Entry {
  readonly id: string
  /** Its keys, in their order. */
  readonly value: Readonly<Record<string, unknown>>
}

/** The first layout of a directory. */
export function firstLayout(session: string): string {
  return `# Made by \`orchestra add\`. Change what you like; \`orchestra up\` then changes only the difference.
version: 1
session: ${session}

machines:
  here: { kind: local }
`
}

/** Without `windows:` each agent has one of its own by itself. */
export function withAgents(text: string, agents: readonly Entry[], machine: Entry | null): string {
  let result = text
  if (machine !== null) result = withEntry(result, 'machines', machine.id, machine.value)
  for (const { id, value } of agents) {
    result = withEntry(result, 'agents', id, value, 'machines')
    result = withItem(result, 'windows', { name: id, agent: id })
  }
  return result
}

/** @returns null if the agent is not written there by its own name */
export function withoutAgent(text: string, id: string): string | null {
  const agents = rootOf(text).get('agents', true)
  if (!isMap(agents)) return null
  if (pairOf(agents, id) === undefined) return withoutMember(text, agents, id)
  let result = withoutEntry(text, agents, id)
  for (;;) {
    const next = withoutShown(result, id)
    if (next === result) return result
    result = next
  }
}

/** The last of `CG` with `count: 9` is CG-9. */
function withoutMember(text: string, agents: YAMLMap, id: string): string | null {
  const [, group = '', number = ''] = /^(.+)-(\d+)$/.exec(id) ?? []
  const value = pairOf(agents, group)?.value
  const count = isMap(value) ? (value.get('count', true) as Node | undefined) : undefined
  if (!isScalar(count) || String(count.value) !== number || count.range == null || number === '1') return null
  const [from, to] = count.range
  return `${text.slice(0, from)}${Number(number) - 1}${text.slice(to)}`
}

/** Takes out one place in which the windows show the agent. */
function withoutShown(text: string, id: string): string {
  const root = rootOf(text)
  const windows = root.get('windows', true)
  if (!isSeq(windows)) return text
  for (const [at, window] of windows.items.entries()) {
    if (showsOnly(window, id))
      return windows.items.length === 1 ? withoutEntry(text, root, 'windows') : withoutItem(text, windows, at)
    if (!isMap(window)) continue
    for (const key of ['agents', 'panes']) {
      const list = window.get(key, true)
      if (!isSeq(list)) continue
      const found = list.items.findIndex((item) => isAgent(item, id))
      if (found !== -1) return withoutItem(text, list, found)
    }
  }
  return text
}

function showsOnly(window: unknown, id: string): boolean {
  if (isAgent(window, id)) return true
  if (!isMap(window)) return false
  for (const key of ['agents', 'panes']) {
    const list: unknown = window.get(key, true)
    if (isSeq(list) && list.items.length === 1) return isAgent(list.items[0], id)
  }
  return false
}

/** `id`, or `{ agent: id }`. */
function isAgent(node: unknown, id: string): boolean {
  return isMap(node) ? node.get('agent') === id : isScalar(node) && node.value === id
}

/** Names the included files by their absolute paths, for a copy in another directory. */
export function withIncludes(text: string, absolute: (path: string) => string): string {
  const pair = pairOf(rootOf(text), 'include')
  const value = pair?.value as Node | undefined
  const nodes = isSeq(value) ? (value.items as Node[]) : isScalar(value) ? [value] : []
  let result = text
  for (const node of nodes.toReversed()) {
    if (!isScalar(node) || node.range == null) continue
    const [from, to] = node.range
    result = `${result.slice(0, from)}${JSON.stringify(absolute(String(node.value)))}${result.slice(to)}`
  }
  return result
}
