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
  readonly schema: z.ZodType
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
    schema: once(() => {
      const shape = Object.fromEntries(
        Object.entries(table()).map(([name, key]) => [name, key.isRequired ? key.schema : optional(key)]),
      )
      return z.strictObject(shape, {
        error: (issue) =>
          issue.code === 'unrecognized_keys' ? KNOWN_KEYS + Object.keys(shape).join(' ') : undefined,
      })
    }),
    read: (value) => {
      const map: YamlMap = isMap(value) ? value : {}
      const values: Record<string, unknown> = {}
      for (const [name, key] of Object.entries(table())) values[name] = key.read(own(map, name))
      return values as ValuesOf<K>
    },
    has: (map, name) => name in map,
  }
}

function optional({ schema, description }: Key<unknown>): z.ZodType {
  return description === undefined ? schema.optional() : schema.optional().meta({ description })
}

/** Maps of a document have no prototype; the empty one above has. */
function own(map: YamlMap, name: string): unknown {
  return Object.hasOwn(map, name) ? map[name] : undefined
}

/** A map of fixed keys. */
export const group = <K extends Table>(of: Keys<K>): Key<ValuesOf<K>> => ({
  schema: of.schema(),
  read: of.read,
})

/**
 * The value as a `T`; an error of the compiler where it has a field that `T` has not: a key that was declared, spread
 * along, and taken over by nobody.
 */
export function whole<T>() {
  return <R extends T>(value: R & { readonly [K in Exclude<keyof R, keyof T>]: never }): T => value
}
