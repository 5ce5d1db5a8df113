/**
 * The kinds of value that a layout is made of, each with its schema and its reader. Messages continue a sentence that begins
 * with what was found: `"5 min" is no duration: …`.
 */
import * as z from 'zod'
import { checkedId, type AnyId } from '../../core/ids.js'
import { parseDuration, type Millis } from '../../core/time.js'
import { entryOf, isMap } from '../located.js'
import { MAX_BYTES } from '../read-text.js'
import type { Key } from './key.js'
import { argvOf, numbersOf, textOf, textsOf } from './read.js'

/** Control characters, and what turns the direction of text around; a terminal or a reader would be fooled by them. */
const LINE = '^[^\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029\\u202a-\\u202e\\u2066-\\u2069]*$'
/** The same, but with line breaks and tabs. */
const TEXT = '^[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f\\u202a-\\u202e\\u2066-\\u2069]*$'
const CONTROL = 'holds a control character'

const lineSchema = (max: number) => z.string().max(max).regex(new RegExp(LINE), { error: CONTROL })
const textSchema = () => z.string().max(MAX_BYTES).regex(new RegExp(TEXT), { error: CONTROL })

type Text = Key<string | null>
const written = (schema: () => z.ZodType): Text => ({ schema, read: textOf })
export const matching = (pattern: RegExp, error: string): Text =>
  written(() => z.string().regex(pattern, { error }))

export const line = (max = 200): Text => written(() => lineSchema(max).min(1))
export const title = (): Text => line()
export const text = (): Text => written(() => textSchema().min(1))
export const path = (): Text => line(1024)

const NAME = 'must be letters, digits, _ and -, at most 64 of them, and begin with a letter or digit'
export const idSchema = () => z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/, { error: NAME })
/** The name of something; as a branded id where the layout's field is one. */
export function id(): Text
export function id<T extends AnyId>(): Key<T | null>
export function id(): Text {
  return written(idSchema)
}

export const code = (): Text => matching(/^[A-Za-z0-9]{1,8}$/, 'must be one to eight letters or digits')

const NO_DURATION = 'is no duration: write 10s, 5m or 1h30m'
export const duration = (): Key<Millis | null> => ({
  schema: () =>
    z.string({ error: NO_DURATION }).regex(/^(\d{1,9}(\.\d{1,3})?(ms|s|m|h|d))+$/, { error: NO_DURATION }),
  read: (value) => (typeof value === 'string' ? (parseDuration(value) ?? null) : null),
})

export const number = (schema: () => z.ZodType): Key<number | null> => ({
  schema,
  read: (value) => (typeof value === 'number' && Number.isFinite(value) ? value : null),
})
export const count = (least: number, most: number) => number(() => z.int().min(least).max(most))

export const flag = (): Key<boolean> => ({ schema: () => z.boolean(), read: (value) => value === true })

export const word = <const T extends string>(...words: readonly T[]): Key<T | null> => ({
  schema: () => z.enum(words),
  read: (value) => words.find((known) => known === value) ?? null,
})

/** Some word, or what else may stand there: `never` or a duration. */
export const orWord = <const W extends string, T>(word: W, key: Key<T>): Key<W | T> => ({
  schema: () => z.union([z.literal(word), key.schema()]),
  read: (value) => (value === word ? word : key.read(value)),
})

/** Numbers keep the digits that were written (`1.10`). */
export const env = (): Key<Readonly<Record<string, string>>> => ({
  schema: () =>
    z.record(
      z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, { error: 'is no name for an environment variable' }),
      z.union([textSchema(), z.number(), z.boolean()]),
    ),
  read: (values) => {
    const result: Record<string, string> = {}
    for (const [name, value] of Object.entries(isMap(values) ? values : {})) {
      if (typeof value === 'string') result[name] = value
      else if (typeof value === 'number' || typeof value === 'boolean')
        result[name] = entryOf(values, name)?.source ?? String(value)
    }
    return result
  },
})

const listSchema = (item: z.ZodType) => z.union([item, z.array(item)])
/** A single item may stand without its list. null: absent, which an empty list is not. */
export const texts = (item: Text): Key<readonly string[] | null> => ({
  schema: () => listSchema(item.schema()),
  read: (value) => (value === undefined ? null : textsOf(value)),
})
export const ids = <T extends AnyId>(): Key<readonly T[] | null> => ({
  schema: () => listSchema(idSchema()),
  read: (value) => (value === undefined ? null : textsOf(value).map((name) => checkedId<T>(name))),
})
export const numbers = (item: Key<number | null>): Key<readonly number[] | null> => ({
  schema: () => listSchema(item.schema()),
  read: (value) => (value === undefined ? null : numbersOf(value)),
})

/** A line of words, or argv; null: none. */
export const command = (): Key<readonly string[] | null> => ({
  schema: () => z.union([textSchema().min(1), z.array(textSchema()).min(1)]),
  read: (value) => {
    const argv = argvOf(value)
    return argv.length === 0 ? null : argv
  },
})

/** Things by their ids. `schema` is made when a layout has the section. */
export function section(schema: () => z.ZodType): Key<readonly (readonly [string, unknown])[]>
export function section<T extends AnyId>(schema: () => z.ZodType): Key<readonly (readonly [T, unknown])[]>
export function section(schema: () => z.ZodType): Key<readonly (readonly [string, unknown])[]> {
  return {
    schema: () => z.record(idSchema(), z.lazy(schema)),
    read: (value) => Object.entries(isMap(value) ? value : {}),
  }
}

/** The same, with names that begin with a dot: templates for the others. */
export const withTemplates = <T>(of: Key<T>, schema: () => z.ZodType): Key<T> => ({
  ...of,
  schema: () =>
    z.record(z.string().regex(/^\.?[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/, { error: NAME }), z.lazy(schema)),
})
/** What an entry extends: names of its own section. */
export const bases = (): Key<readonly string[] | null> => texts(line(65))

export const user = () =>
  matching(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,63}$/, 'is no user name (letters, digits, . _ -)')
/** A host name, an alias of ~/.ssh/config, or an IP address; nothing that ssh or a shell could take for more. */
export const host = () =>
  matching(
    /^([A-Za-z0-9_][A-Za-z0-9._-]{0,252}|[0-9A-Fa-f]*:[0-9A-Fa-f:.]{1,40}(%[A-Za-z0-9]{1,16})?)$/,
    'is no host name (letters, digits, . _ -) or IP address',
  )
export const destination = () =>
  matching(
    /^([A-Za-z0-9_][A-Za-z0-9._-]{0,63}@)?[A-Za-z0-9_][A-Za-z0-9._-]{0,252}(:\d{1,5})?$/,
    'is no ssh destination: [user@]host[:port]',
  )
export const repository = () =>
  matching(
    /^[A-Za-z0-9][A-Za-z0-9-]{0,38}\/(?!\.\.?$)[A-Za-z0-9._-]{1,100}$/,
    'is no GitHub repository: owner/name',
  )
/** Who may be a person of the layout: an agent never is. */
export const principal = () =>
  matching(
    /^(person:\d{1,10}|(token|device):[A-Za-z0-9][A-Za-z0-9._-]{0,63}|github:[A-Za-z0-9][A-Za-z0-9-]{0,38})$/,
    'is not a principal who can be a person: write person:UID, token:NAME, device:NAME or github:LOGIN',
  )
export const socket = () =>
  matching(
    /^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$/,
    'must be letters, digits, _ and -, at most 32 of them, and begin with a letter or digit',
  )
