/**
 * The kinds of value that a layout is made of. Messages continue a sentence that begins with what was found:
 * `"5 min" is no duration: …`.
 */
import * as z from 'zod'
import { MAX_BYTES } from '../read-text.js'

// A layout is checked a few times in a process's life: writing and compiling a function for each schema costs more.
z.config({ jitless: true })

/** Control characters, and what turns the direction of text around; a terminal or a reader would be fooled by them. */
const LINE = '^[^\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029\\u202a-\\u202e\\u2066-\\u2069]*$'
/** The same, but with line breaks and tabs. */
const TEXT = '^[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f\\u202a-\\u202e\\u2066-\\u2069]*$'
const CONTROL = 'holds a control character'

export const line = (max = 200) => z.string().max(max).regex(new RegExp(LINE), { error: CONTROL })
export const title = () => line().min(1)
export const text = () => z.string().max(MAX_BYTES).regex(new RegExp(TEXT), { error: CONTROL })
export const path = () => line(1024).min(1)

export const ID_RULE =
  'must be letters, digits, _ and -, at most 64 of them, and begin with a letter or digit'
export const id = () => z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/, { error: ID_RULE })
export const code = () =>
  z.string().regex(/^[A-Za-z0-9]{1,8}$/, { error: 'must be one to eight letters or digits' })

const NO_DURATION = 'is no duration: write 10s, 5m or 1h30m'
export const duration = () =>
  z.string({ error: NO_DURATION }).regex(/^(\d{1,9}(\.\d{1,3})?(ms|s|m|h|d))+$/, { error: NO_DURATION })

export const count = (least: number, most: number) => z.int().min(least).max(most)

export const envMap = () =>
  z.record(
    z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, { error: 'is no name for an environment variable' }),
    z.union([text(), z.number(), z.boolean()]),
  )

export const listOf = <T extends z.ZodType>(item: T) => z.union([item, z.array(item)])

/** A line of words, or argv. */
export const command = () => z.union([text().min(1), z.array(text()).min(1)])

export const user = () =>
  z
    .string()
    .regex(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,63}$/, { error: 'is no user name (letters, digits, . _ -)' })
/** A host name, an alias of ~/.ssh/config, or an IP address; nothing that ssh or a shell could take for more. */
export const host = () =>
  z
    .string()
    .regex(/^([A-Za-z0-9_][A-Za-z0-9._-]{0,252}|[0-9A-Fa-f]*:[0-9A-Fa-f:.]{1,40}(%[A-Za-z0-9]{1,16})?)$/, {
      error: 'is no host name (letters, digits, . _ -) or IP address',
    })
export const destination = () =>
  z.string().regex(/^([A-Za-z0-9_][A-Za-z0-9._-]{0,63}@)?[A-Za-z0-9_][A-Za-z0-9._-]{0,252}(:\d{1,5})?$/, {
    error: 'is no ssh destination: [user@]host[:port]',
  })
export const repository = () =>
  z.string().regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,38}\/(?!\.\.?$)[A-Za-z0-9._-]{1,100}$/, {
    error: 'is no GitHub repository: owner/name',
  })
export const socket = () =>
  z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$/, {
    error: 'must be letters, digits, _ and -, at most 32 of them, and begin with a letter or digit',
  })
/** The address may hold a token, so its own message never shows it. */
export const webhook = () =>
  z.string().regex(/^$|^https?:\/\/[A-Za-z0-9._:@%[\]-]+([/?#][\u0021-\u007e]*)?$/, {
    error: 'must be an http:// or https:// address',
  })
export const quiet = () =>
  z.string().regex(/^([01]?\d|2[0-3]):[0-5]\d-([01]?\d|2[0-3]):[0-5]\d$/, {
    error: 'is no span of time: write "23:00-07:00"',
  })
export const percentage = () =>
  z.union([count(1, 99), z.string().regex(/^[1-9]\d?%$/, { error: 'is no share: write 60% or 60' })])

const NO_PERSON =
  'is not a principal who can be a person: write person:UID, token:NAME, device:NAME or github:LOGIN'
/** Who may be a person of the layout: an agent never is. */
export const principal = () =>
  z
    .string()
    .regex(
      /^(person:\d{1,10}|(token|device):[A-Za-z0-9][A-Za-z0-9._-]{0,63}|github:[A-Za-z0-9][A-Za-z0-9-]{0,38})$/,
      {
        error: NO_PERSON,
      },
    )

/** Marks the message of an unknown key, with the keys that there are; `explain-issue.ts` reads it back. */
export const KNOWN_KEYS = 'known keys: '

/** A map with exactly these keys. `x-…` keys are taken out before. */
export function strict<T extends z.core.$ZodLooseShape>(shape: T) {
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys' ? KNOWN_KEYS + Object.keys(shape).join(' ') : undefined,
  })
}
