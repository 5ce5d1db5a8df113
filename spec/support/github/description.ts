/** Holds an exchange to GitHub's own description (spec/fixtures/github/description.json; scripts/github-description.ts). */
import { Ajv, type ValidateFunction } from 'ajv'
import { readFileSync } from 'node:fs'

type Json = Readonly<Record<string, unknown>>
interface Operation {
  readonly query: Json
  readonly body?: Json
  readonly responses: Readonly<Record<string, Json | null>>
}
interface Description {
  readonly operations: Readonly<Record<string, Operation>>
  readonly $defs: Json
  readonly examples: Readonly<Record<string, unknown>>
}

export interface Exchange {
  readonly method: string
  /** Without the query, below the API's base. */
  readonly path: string
  readonly query: Readonly<Record<string, string>>
  readonly body: unknown
  readonly status: number
  readonly response: unknown
}

const FILE = new URL('../../fixtures/github/description.json', import.meta.url)
let loaded: Description | undefined
export const description = (): Description =>
  (loaded ??= JSON.parse(readFileSync(FILE, 'utf8')) as Description)

export function example<T>(name: string): T {
  return structuredClone(description().examples[name]) as T
}

/** What any operation may answer; the description lists only some of these. */
const ALWAYS = new Set([301, 302, 304, 307, 308, 401, 403, 404, 410, 422, 429])

/** Compiling takes as long as a spec: once for all. */
const compiled = new Map<string, ValidateFunction>()
let loadedAjv: Ajv | undefined
function ajv(): Ajv {
  if (loadedAjv !== undefined) return loadedAjv
  loadedAjv = new Ajv({ strict: false, allErrors: false, coerceTypes: false, validateFormats: false })
  return loadedAjv.addSchema({ $id: 'github', $defs: description().$defs })
}

export class Describer {
  readonly #routes = Object.keys(description().operations).map((key) => {
    const [method = '', route = ''] = key.split(' ')
    // The name of a file or a ref may hold slashes.
    const pattern = route.replace(/\{(\w+)\}/g, (_, name: string) =>
      /^(path|ref)$/.test(name) ? '.+' : '[^/]+',
    )
    return { key, method, pattern: new RegExp(`^${pattern}$`), holes: (route.match(/\{/g) ?? []).length }
  })

  /** The operation, as it is written in the description; undefined: it does not know it. */
  operationOf(method: string, path: string): string | undefined {
    const found = this.#routes.filter((one) => one.method === method && one.pattern.test(path))
    return found.toSorted((a, b) => a.holes - b.holes)[0]?.key
  }

  /** A sentence for each thing that is wrong with it. */
  problems({ method, path, query, body, status, response }: Exchange): string[] {
    const key = this.operationOf(method, path)
    if (key === undefined) return [`${method} ${path}: there is no such operation`]
    const operation = description().operations[key]!
    const found = [
      ...this.#against(`${key} query`, operation.query, queryValues(query, operation.query)),
      ...(operation.body === undefined
        ? body === undefined
          ? []
          : [`${key}: it takes no body`]
        : this.#against(`${key} body`, operation.body, body)),
    ]
    if (!(status in operation.responses)) {
      if (!ALWAYS.has(status) && status < 500) found.push(`${key}: it does not answer ${status}`)
    } else if (status < 300) {
      const schema = operation.responses[status]
      if (schema !== null && schema !== undefined)
        found.push(...this.#against(`${key} ${status}`, schema, response))
    }
    return found
  }

  #against(name: string, schema: Json, value: unknown): string[] {
    let check = compiled.get(name)
    if (check === undefined) compiled.set(name, (check = ajv().compile(rooted(schema) as Json)))
    if (check(value)) return []
    return (check.errors ?? []).map(
      ({ instancePath, message }) => `${name}: ${instancePath} ${message ?? ''}`,
    )
  }
}

/** References as they are written from another document. */
function rooted(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(rooted)
  if (typeof schema !== 'object' || schema === null) return schema
  return Object.fromEntries(
    Object.entries(schema).map(([key, value]) => [
      key,
      key === '$ref' ? `github${String(value)}` : rooted(value),
    ]),
  )
}

/** A query is text; numbers and flags are what they look like where the description wants them. */
function queryValues(query: Readonly<Record<string, string>>, schema: Json): Json {
  const properties = schema['properties'] as Readonly<Record<string, { readonly type?: unknown }>>
  return Object.fromEntries(
    Object.entries(query).map(([name, value]) => {
      const type = properties[name]?.type
      if (type === 'integer' && /^-?\d+$/.test(value)) return [name, Number(value)]
      if (type === 'boolean' && /^(true|false)$/.test(value)) return [name, value === 'true']
      return [name, value]
    }),
  )
}
