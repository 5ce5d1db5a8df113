/**
 * A key of a layout, said once: what it may hold, and what is read from it. A feature declares its keys as a table, its
 * expansion gets the values of exactly these keys, and `whole` makes the compiler refuse a value that the layout has no field for.
 */
import * as z from 'zod'
import { once } from '../../core/once.js'
import { isMap, type YamlMap } from '../located.js'

// A layout is checked a few times in a process's life: writing and compiling a function for each schema costs more.
z.config({ jitless: true })

export interface Key<T> {
  /** Made by the first value that it is to check: most layouts use few of the keys. */
  readonly schema: () => z.ZodType
  /**
   * Takes what fits and passes over what does not: the schema has complained about the rest, and the checks that follow
   * should still see everything else. `undefined` where the key is absent.
   */
  readonly read: (value: unknown) => T
  readonly isRequired?: true
  /** For editors, where the key's name and its values do not say enough. */
  readonly description?: string
}

export const required = <T>(key: Key<T>): Key<T> => ({ ...key, isRequired: true })
export const described = <T>(key: Key<T>, description: string): Key<T> => ({ ...key, description })

type Table = Readonly<Record<string, Key<unknown>>>
type ValuesOf<K extends Table> = { readonly [P in keyof K]: K[P] extends Key<infer T> ? T : never }

export interface Keys<K extends Table> {
  readonly table: () => K
  readonly names: () => readonly (keyof K & string)[]
  /** A map with exactly these keys; `x-…` keys are taken out before. */
  readonly schema: () => z.ZodType
  readonly read: (value: unknown) => ValuesOf<K>
  /** Whether the key stands there, with whatever value. */
  readonly has: (map: YamlMap, name: keyof K & string) => boolean
}

export type Values<K> = K extends Keys<infer T> ? ValuesOf<T> : never
/** What docs/layouts.md says of each key; neighbours with the same text share a row. */
export type Docs<K> = K extends Keys<infer T> ? { readonly [P in keyof T]: string } : never

/** Marks the message of an unknown key, with the keys that there are; `explain-issue.ts` reads it back. */
export const KNOWN_KEYS = 'known keys: '

/** `make` runs when the table is first needed: importing a feature costs nothing but zod. */
export function keys<const K extends Table>(make: () => K): Keys<K> {
  const table = once(make)
  const names = (): (keyof K & string)[] => Object.keys(table())
  return {
    table,
    names,
    schema: once(() => exactly(table)),
    read: (value) => {
      const map: YamlMap = isMap(value) ? value : {}
      const values: Record<string, unknown> = {}
      for (const [name, key] of Object.entries(table())) values[name] = key.read(own(map, name))
      return values as ValuesOf<K>
    },
    has: (map, name) => name in map,
  }
}

/**
 * A strict object of zod, in what it is for its JSON Schema and what it complains about. Its check makes the schemas of those
 * keys that stand in a map; zod's own makes all of them, and runs each for every map.
 */
function exactly(table: () => Table): z.ZodType {
  const schema = new z.ZodObject({
    type: 'object',
    get shape() {
      return shapeOf(table())
    },
    catchall: z.never(),
    error: (issue: z.core.$ZodRawIssue) =>
      issue.code === 'unrecognized_keys' ? KNOWN_KEYS + Object.keys(table()).join(' ') : undefined,
  })
  const made = new Map<string, z.ZodType>()
  const of = (name: string, key: Key<unknown>): z.ZodType => {
    const one = made.get(name) ?? key.schema()
    made.set(name, one)
    return one
  }
  const parse: typeof schema._zod.parse = (payload, ctx) => {
    const input = payload.value
    if (!isMap(input)) {
      payload.issues.push({ expected: 'object', code: 'invalid_type', input, inst: schema })
      return payload
    }
    const unknown = Object.keys(input).filter((name) => !Object.hasOwn(table(), name))
    for (const [name, key] of Object.entries(table())) {
      const value = own(input, name)
      if (value === undefined && key.isRequired !== true) continue
      const { issues } = of(name, key)._zod.run({ value, issues: [] }, ctx) as z.core.ParsePayload
      // Not by zod's own helper: with it the whole of its core would stand in the bundle.
      for (const issue of issues) payload.issues.push({ ...issue, path: [name, ...(issue.path ?? [])] })
    }
    if (unknown.length > 0)
      payload.issues.push({ code: 'unrecognized_keys', keys: unknown, input, inst: schema })
    return payload
  }
  schema._zod.parse = parse
  schema._zod.run = parse
  return schema
}

function shapeOf(table: Table): Record<string, z.ZodType> {
  return Object.fromEntries(
    Object.entries(table).map(([name, key]) => [name, key.isRequired ? key.schema() : optional(key)]),
  )
}

function optional({ schema, description }: Key<unknown>): z.ZodType {
  const one = schema().optional()
  return description === undefined ? one : one.meta({ description })
}

/** Maps of a document have no prototype; the empty one above has. */
function own(map: YamlMap, name: string): unknown {
  return Object.hasOwn(map, name) ? map[name] : undefined
}

/** A map of fixed keys. */
export const group = <K extends Table>(of: Keys<K>): Key<ValuesOf<K>> => ({
  schema: of.schema,
  read: of.read,
})

/**
 * The value as a `T`; an error of the compiler where it has a field that `T` has not: a key that was declared, spread
 * along, and taken over by nobody.
 */
export function whole<T>() {
  return <R extends T>(value: R & { readonly [K in Exclude<keyof R, keyof T>]: never }): T => value
}
