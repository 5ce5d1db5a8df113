/** YAML 1.2 text → plain values with places. Size, depth and number of values are bounded before anything is built from them. */
import type { Document, Node, ParsedNode, Scalar, YAMLMap, YAMLSeq } from 'yaml'
import { Composer, isAlias, isMap, isScalar, isSeq, Lexer, LineCounter, Parser } from 'yaml'
import type { Problem } from '../core/layout/problem.js'
import { formatPath, quote } from '../core/layout/report.js'
import { interpolate } from './interpolate.js'
import type { Place, YamlMap } from './located.js'
import { newList, newMap, put } from './located.js'

const MAX_DEPTH = 32
const MAX_VALUES = 100_000
const MAX_LEXEMES = 400_000
/** One slip can upset a parser ten times. */
const MAX_SYNTAX_PROBLEMS = 10
const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype'])

export interface ParsedYaml {
  /** null when there is no map to work with. */
  readonly root: YamlMap | null
  readonly problems: readonly Problem[]
}

export function parseYaml(
  text: string,
  file: string,
  env: Readonly<Record<string, string | undefined>>,
): ParsedYaml {
  const lines = new LineCounter()
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(Math.max(0, Math.min(offset, text.length)))
    return { file, line: Math.max(1, line), column: Math.max(1, col) }
  }
  const problems: Problem[] = []
  const complain = (place: Place, path: string, message: string) =>
    problems.push({ severity: 'error', ...place, path, message })

  const document = compose(text, lines, (offset, message) => complain(placeAt(offset), '', message))
  if (document === null) return { root: null, problems }
  // What a parser makes of broken text would only lead to complaints that nobody understands.
  if (problems.length > 0) return { root: null, problems }
  if (isMap(document.contents)) {
    const reader = new ValueReader(placeAt, env, complain)
    const root = reader.map(document.contents, [], 1)
    // Half of what stands there is missing now.
    return reader.stopped ? { root: null, problems: problems.slice(-1) } : { root, problems }
  }
  const empty =
    document.contents === null || (isScalar(document.contents) && document.contents.value === null)
  complain(
    placeAt(document.contents?.range[0] ?? 0),
    '',
    empty ? 'the file is empty' : 'a layout is a map (key: value), but this is something else',
  )
  return { root: null, problems }
}

/** null when the text must not be looked at further. */
function compose(
  text: string,
  lines: LineCounter,
  complain: (offset: number, message: string) => void,
): Document.Parsed | null {
  const parser = new Parser(lines.addNewLine)
  const tokens = []
  lines.addNewLine(0)
  let lexemes = 0
  let offset = 0
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) tokens.push(token)
    lexemes += 1
    offset += lexeme.length
    // The composer recurses; the parser does not, and knows the depth while it goes.
    if (parser.stack.length > MAX_DEPTH + 2) {
      complain(parser.offset, `this is nested too deeply (more than ${MAX_DEPTH} levels)`)
      return null
    }
    if (lexemes > MAX_LEXEMES) {
      complain(parser.offset, `there is too much in this file (more than ${MAX_VALUES} values)`)
      return null
    }
  }
  for (const token of parser.end()) tokens.push(token)

  const composer = new Composer({
    version: '1.2',
    schema: 'core',
    merge: false,
    stringKeys: true,
    // Its own check compares every key with every other; ours looks them up.
    uniqueKeys: false,
    logLevel: 'silent',
  })
  const documents = [...composer.compose(tokens, true, text.length)]
  const [document, second] = documents
  if (document === undefined) return null
  const faults = [...document.errors, ...document.warnings].sort((a, b) => a.pos[0] - b.pos[0])
  for (const fault of faults.slice(0, MAX_SYNTAX_PROBLEMS)) {
    complain(fault.pos[0], syntaxMessage(fault.code, fault.message))
  }
  if (second !== undefined) complain(second.range[0], 'a second document (---); a layout is one document')
  return document
}

function syntaxMessage(code: string, message: string): string {
  switch (code) {
    case 'TAB_AS_INDENT':
      return 'a tab in the indentation; YAML wants spaces'
    case 'TAG_RESOLVE_FAILED':
      return 'tags (!…) are not read in a layout'
    case 'BAD_ALIAS':
      return `an alias (*name) without its anchor (&name): ${message}`
    case 'BAD_INDENT':
      return message.startsWith('Flow')
        ? 'a { or [ further up is not closed, or its end is not indented'
        : 'the indentation does not fit what stands above'
    default:
      return `this is not YAML: ${message.replace(/\s+/g, ' ').slice(0, 200)}`
  }
}

type Path = readonly (string | number)[]

class ValueReader {
  readonly #placeAt: (offset: number) => Place
  readonly #env: Readonly<Record<string, string | undefined>>
  readonly #complain: (place: Place, path: string, message: string) => void
  readonly #anchors = new Map<string, Node>()
  #values = 0
  #inAlias = 0
  /** After the one complaint that ends it all. */
  stopped = false

  constructor(
    placeAt: (offset: number) => Place,
    env: Readonly<Record<string, string | undefined>>,
    complain: (place: Place, path: string, message: string) => void,
  ) {
    this.#placeAt = placeAt
    this.#env = env
    this.#complain = complain
  }

  map(node: YAMLMap, path: Path, depth: number): YamlMap {
    this.#remember(node)
    const result = newMap()
    const seen = new Set<string>()
    for (const pair of node.items) {
      if (this.stopped) break
      const keyNode = pair.key as ParsedNode
      const place = this.#placeAt(keyNode?.range?.[0] ?? node.range?.[0] ?? 0)
      if (!isScalar(keyNode) || typeof keyNode.value !== 'string') {
        this.#complain(place, formatPath(path), 'a key must be plain text')
        continue
      }
      const key = keyNode.value
      const keyPath = [...path, key]
      const fault = this.#keyFault(key, seen)
      if (fault !== undefined) {
        this.#complain(place, formatPath(keyPath), fault)
        continue
      }
      seen.add(key)
      this.#value(pair.value as Node | null, result, key, place, keyPath, depth)
    }
    return result
  }

  #list(node: YAMLSeq, path: Path, depth: number): unknown[] {
    this.#remember(node)
    const result = newList()
    for (const [index, item] of node.items.entries()) {
      if (this.stopped) break
      this.#value(item as Node | null, result, index, null, [...path, index], depth)
    }
    return result
  }

  #value(
    node: Node | null,
    into: object,
    key: string | number,
    keyPlace: Place | null,
    path: Path,
    depth: number,
  ): void {
    const place = node?.range ? this.#placeAt(node.range[0]) : (keyPlace ?? this.#placeAt(0))
    this.#values += 1
    if (this.#values > MAX_VALUES || depth > MAX_DEPTH) {
      this.stopped = true
      const what =
        depth > MAX_DEPTH
          ? `this is nested too deeply (more than ${MAX_DEPTH} levels)`
          : `there is too much in this file (more than ${MAX_VALUES} values, aliases counted)`
      this.#complain(place, '', what)
      return
    }
    const entry = { key: keyPlace, value: place, source: null, fromEnv: false }
    if (isAlias(node)) {
      const target = this.#anchors.get(node.source)
      if (target === undefined) {
        this.#complain(place, formatPath(path), `no anchor is called &${node.source}`)
        return
      }
      this.#inAlias += 1
      this.#value(target, into, key, keyPlace, path, depth + 1)
      this.#inAlias -= 1
    } else if (isMap(node)) put(into, key, this.map(node, path, depth + 1), entry)
    else if (isSeq(node)) put(into, key, this.#list(node, path, depth + 1), entry)
    else {
      const { value, source, fromEnv } = this.#scalar(node, place, path)
      put(into, key, value, { ...entry, source, fromEnv })
    }
  }

  #scalar(node: Scalar | null, place: Place, path: Path) {
    if (node === null) return { value: null, source: '', fromEnv: false }
    this.#remember(node)
    const source = node.source ?? String(node.value)
    if (typeof node.value !== 'string') return { value: node.value, source, fromEnv: false }
    const result = interpolate(node.value, this.#env)
    if (result.ok) return { value: result.text, source, fromEnv: result.fromEnv }
    this.#complain(place, formatPath(path), result.message)
    return { value: node.value, source, fromEnv: false }
  }

  #keyFault(key: string, seen: ReadonlySet<string>): string | undefined {
    if (key === '<<')
      return 'merge keys (<<) are not read; use an alias for a whole value, or agent_types with extends'
    if (FORBIDDEN_KEYS.has(key)) return `${quote(key)} cannot be a key`
    if (seen.has(key)) return `the key ${quote(key)} stands here twice`
    return undefined
  }

  /** An alias means the last anchor of its name before it. */
  #remember(node: Node): void {
    const anchor = 'anchor' in node ? node.anchor : undefined
    if (this.#inAlias === 0 && typeof anchor === 'string') this.#anchors.set(anchor, node)
  }
}
