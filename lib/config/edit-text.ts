/**
 * Puts entries into the text of a layout and takes them out. Only their own characters change: comments, blank lines and the
 * way that a person writes stay as they are.
 */
import {
  isMap,
  isScalar,
  isSeq,
  parseDocument,
  stringify,
  type Node,
  type Pair,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml'

/** A value, written on one line. */
export function oneLine(value: unknown): string {
  return stringify(value, { collectionStyle: 'flow', flowCollectionPadding: true, lineWidth: 0 }).trimEnd()
}

/** `NAME: value` at the end of a section, which is made where there is none: behind the section `after`, or last. */
export function withEntry(
  text: string,
  section: string,
  name: string,
  value: unknown,
  after?: string,
): string {
  const line = `${oneLine(name)}: ${oneLine(value)}`
  const root = rootOf(text)
  const map = root.get(section, true)
  if (isMap(map)) return map.flow === true ? intoFlow(text, map, line) : belowLast(text, map, line)
  const pair = pairOf(root, section)
  if (pair !== undefined) return insertAt(text, lineEnd(text, startOf(pair.key)), `  ${line}\n`)
  const before = after === undefined ? undefined : pairOf(root, after)
  const at = before === undefined ? text.length : lineEnd(text, extentOf(before)[1])
  return insertAt(text, at, `\n${section}:\n  ${line}\n`)
}

/** An item at the end of a list that is there; without one nothing changes. */
export function withItem(text: string, section: string, value: unknown): string {
  const list = rootOf(text).get(section, true)
  if (!isSeq(list) || list.items.length === 0) return text
  return list.flow === true
    ? intoFlow(text, list, oneLine(value))
    : belowLast(text, list, `- ${oneLine(value)}`)
}

/** Without that entry of a map. */
export function withoutEntry(text: string, map: YAMLMap, name: string): string {
  const pair = pairOf(map, name)
  if (pair === undefined) return text
  const [from, to] = extentOf(pair)
  return map.flow === true ? outOfFlow(text, from, to) : outOfBlock(text, map, from, to, '{}')
}

/** Without that item of a list. */
export function withoutItem(text: string, list: YAMLSeq, at: number): string {
  const item = list.items[at] as Node | undefined
  if (item?.range == null) return text
  const [start, to] = item.range
  return list.flow === true
    ? outOfFlow(text, start, to)
    : outOfBlock(text, list, text.lastIndexOf('-', start), to, '[]')
}

export function rootOf(text: string): YAMLMap {
  const root = parseDocument(text).contents
  if (!isMap(root)) throw new Error('a layout that was read has a map at its root')
  return root
}

export function pairOf(map: YAMLMap, name: string): Pair | undefined {
  return map.items.find(({ key }) => isScalar(key) && key.value === name)
}

function startOf(node: unknown): number {
  return (node as Node | null)?.range?.[0] ?? 0
}

/** @param otherwise where a node that is absent would be */
function endOf(node: unknown, otherwise: number): number {
  return (node as Node | null)?.range?.[1] ?? otherwise
}

/** Where a pair begins, and where its value ends. */
function extentOf({ key, value }: Pair): readonly [from: number, to: number] {
  const from = startOf(key)
  return [from, endOf(value, from)]
}

/** Behind the line break of the line that holds the last character before `at`. */
function lineEnd(text: string, at: number): number {
  // A block ends behind its own line break.
  const last = at > 0 && text[at - 1] === '\n' ? at - 1 : at
  const next = text.indexOf('\n', last)
  return next === -1 ? text.length : next + 1
}

function columnOf(text: string, at: number): number {
  return at - (text.lastIndexOf('\n', at - 1) + 1)
}

function insertAt(text: string, at: number, what: string): string {
  const head = text.slice(0, at)
  return `${head}${head === '' || head.endsWith('\n') ? '' : '\n'}${what}${text.slice(at)}`
}

function belowLast(text: string, collection: YAMLMap | YAMLSeq, line: string): string {
  const last = collection.items.at(-1) as Pair | Node | undefined
  const isPair = last !== undefined && 'key' in last
  const [from, end] = isPair ? extentOf(last) : [startOf(last), endOf(last, 0)]
  const start = isPair ? from : text.lastIndexOf('-', from)
  return insertAt(text, lineEnd(text, end), `${' '.repeat(columnOf(text, start))}${line}\n`)
}

function intoFlow(text: string, { range, items }: YAMLMap | YAMLSeq, what: string): string {
  const close = (range?.[1] ?? 1) - 1
  const head = text.slice(0, close).trimEnd()
  const gap = text.slice(head.length, close)
  const comma = items.length === 0 || head.endsWith(',') ? '' : ','
  return `${head}${comma} ${what}${gap === '' ? ' ' : gap}${text.slice(close)}`
}

/** Takes the comma between it and its neighbour out as well. */
function outOfFlow(text: string, from: number, to: number): string {
  const rest = text.slice(to)
  const comma = /^\s*,[ \t]*/.exec(rest)
  if (comma !== null) return text.slice(0, from) + rest.slice(comma[0].length)
  return text.slice(0, from).replace(/,\s*$/, '') + rest
}

/** Takes whole lines out; the collection of the last entry stays, empty. */
function outOfBlock(
  text: string,
  { items, range }: YAMLMap | YAMLSeq,
  from: number,
  to: number,
  empty: string,
): string {
  const line = text.lastIndexOf('\n', from - 1) + 1
  const rest = text.slice(lineEnd(text, to))
  const above = text.slice(0, line)
  if (items.length > 1) return above + rest
  const colon = SECTION_ABOVE.exec(text.slice(0, range?.[0] ?? from))?.index ?? -1
  return `${above.slice(0, colon + 1)} ${empty}${above.slice(colon + 1)}${rest}`
}

/** Matches the colon of the key whose value begins at the end of the text; comments may stand between. */
const SECTION_ABOVE = /:(?=[ \t]*(?:#[^\n]*)?\n(?:[ \t]*(?:#[^\n]*)?\n)*[ \t]*(?:-[ \t]*)?$)/
