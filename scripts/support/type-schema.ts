/** JSON Schemas of the documents that `--json` prints, from the types that the program is compiled with. */
import { readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { parsers } from 'prettier/plugins/typescript'

interface Node {
  readonly type: string
  // The tree of a parser: what a node has depends on its type.
  readonly [key: string]: any
}
export type Schema = { readonly [key: string]: unknown }

interface Source {
  readonly types: ReadonlyMap<string, Node>
  readonly imports: ReadonlyMap<string, { readonly file: string; readonly name: string }>
  readonly values: ReadonlyMap<string, Node>
}

const parsed = new Map<string, Source>()

function sourceOf(file: string): Source {
  const known = parsed.get(file)
  if (known !== undefined) return known
  const text = readFileSync(file, 'utf8')
  const tree = parsers.typescript.parse(text, { filepath: file } as never) as Node
  const [types, imports, values] = [new Map(), new Map(), new Map()]
  for (const statement of tree['body'] as Node[]) {
    if (statement.type === 'ImportDeclaration' && String(statement['source'].value).startsWith('.')) {
      const from = resolve(dirname(file), String(statement['source'].value).replace(/\.js$/, '.ts'))
      for (const one of statement['specifiers'])
        imports.set(one.local.name, { file: from, name: one.imported?.name ?? one.local.name })
    }
    const declared: Node = statement['declaration'] ?? statement
    if (declared.type === 'TSInterfaceDeclaration' || declared.type === 'TSTypeAliasDeclaration')
      types.set(declared['id'].name, declared)
    if (declared.type === 'VariableDeclaration')
      for (const one of declared['declarations']) values.set(one.id.name, one.init)
  }
  const source = { types, imports, values }
  parsed.set(file, source)
  return source
}

/** The schema of a type in a file, with all types that it names as `definitions`. */
export function schemaOf(root: string, file: string, name: string, title: string): Schema {
  const defs: Record<string, Schema> = {}
  const of = refTo(join(root, file), name, defs)
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title,
    allOf: [of],
    definitions: Object.fromEntries(Object.entries(defs).toSorted(([a], [b]) => (a < b ? -1 : 1))),
  }
}

function refTo(file: string, name: string, defs: Record<string, Schema>): Schema {
  const { types, imports } = sourceOf(file)
  const found = types.get(name)
  const imported = imports.get(name)
  if (found === undefined) return imported === undefined ? {} : refTo(imported.file, imported.name, defs)
  if (defs[name] === undefined) {
    // Named before it is made: a type may name itself.
    defs[name] = {}
    defs[name] =
      found.type === 'TSInterfaceDeclaration'
        ? ofInterface(found, file, defs)
        : ofType(found['typeAnnotation'], file, defs)
  }
  return { $ref: `#/definitions/${name}` }
}

function ofInterface(node: Node, file: string, defs: Record<string, Schema>): Schema {
  const own = ofMembers(node['body'].body, file, defs)
  const bases: Node[] = node['extends'] ?? []
  const named = bases.flatMap((base) =>
    base['expression']?.name === undefined || base['typeArguments']
      ? []
      : [refTo(file, base['expression'].name, defs)],
  )
  return named.length === 0 ? own : { allOf: [...named, own] }
}

function ofMembers(members: readonly Node[], file: string, defs: Record<string, Schema>): Schema {
  const properties: Record<string, Schema> = {}
  const required: string[] = []
  for (const member of members) {
    if (member.type !== 'TSPropertySignature') continue
    const name = String(member['key'].name ?? member['key'].value)
    properties[name] = ofType(member['typeAnnotation'].typeAnnotation, file, defs)
    if (member['optional'] !== true) required.push(name)
  }
  return { type: 'object', properties, ...(required.length === 0 ? {} : { required }) }
}

const PLAIN: Readonly<Record<string, Schema>> = {
  TSStringKeyword: { type: 'string' },
  TSNumberKeyword: { type: 'number' },
  TSBooleanKeyword: { type: 'boolean' },
  TSNullKeyword: { type: 'null' },
}

/** Allows anything where a schema cannot express the type. */
function ofType(node: Node, file: string, defs: Record<string, Schema>): Schema {
  const plain = PLAIN[node.type]
  if (plain !== undefined) return plain
  switch (node.type) {
    case 'TSTypeOperator':
      return ofType(node['typeAnnotation'], file, defs)
    case 'TSArrayType':
      return { type: 'array', items: ofType(node['elementType'], file, defs) }
    case 'TSUnionType':
      return { anyOf: (node['types'] as Node[]).map((one) => ofType(one, file, defs)) }
    case 'TSIntersectionType':
      return { allOf: (node['types'] as Node[]).map((one) => ofType(one, file, defs)) }
    case 'TSLiteralType':
      return { const: node['literal'].value }
    case 'TSTypeLiteral':
      return ofMembers(node['members'], file, defs)
    case 'TSTypeReference':
      return ofReference(node, file, defs)
    case 'TSIndexedAccessType':
      return ofIndexed(node, file)
    default:
      return {}
  }
}

function ofReference(node: Node, file: string, defs: Record<string, Schema>): Schema {
  const name = String(node['typeName'].name)
  const [first, second]: Node[] = node['typeArguments']?.params ?? []
  if (name === 'Readonly' && first !== undefined) return ofType(first, file, defs)
  if (name === 'Record' && second !== undefined)
    return { type: 'object', additionalProperties: ofType(second, file, defs) }
  // A time in milliseconds.
  return name === 'Millis' ? { type: 'number' } : node['typeArguments'] ? {} : refTo(file, name, defs)
}

/** `(typeof WORDS)[number]`: the words of a list. */
function ofIndexed(node: Node, file: string): Schema {
  const of: Node = node['objectType']
  if (of.type === 'TSTypeQuery' && node['indexType'].type === 'TSNumberKeyword') {
    const list = sourceOf(file).values.get(String(of['exprName'].name))
    const elements: Node[] = (list?.['expression'] ?? list)?.elements ?? []
    const words = elements.map((one) => one['value'] as unknown)
    return words.length === 0 || words.includes(undefined) ? {} : { enum: words }
  }
  return {}
}
