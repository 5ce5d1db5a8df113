/** A JSON object from somebody whom we do not trust: size, shape and every field are checked before use. */
import type { Millis } from '../time.js'

export type Decoded<T> =
  | { readonly ok: true; readonly value: T }
  /** One line without anything of the record in it. */
  | { readonly ok: false; readonly reason: string }

/** Characters; a record of ours has some hundred. */
export const MAX_RECORD_SIZE = 256 * 1024
const MAX_TEXT = 64 * 1024
const MAX_LIST = 1000

class WrongRecord extends Error {}

export interface UntrustedRecord {
  /** Thrown, it becomes the reason. */
  wrong(reason: string): Error
  mustBe(field: string, expected: string | number): void
  /** null when absent or null. */
  text(field: string): string | null
  number(field: string, min: number, max: number): number | null
  integer(field: string, min: number, max: number): number | null
  /** false when absent. */
  flag(field: string): boolean
  /** Empty when absent. */
  texts(field: string): readonly string[]
  /** ISO 8601 with a zone; null when absent. */
  time(field: string): Millis | null
}

export function readRecord<T>(text: string, read: (record: UntrustedRecord) => T): Decoded<T> {
  if (text.length > MAX_RECORD_SIZE) return { ok: false, reason: 'larger than 256 KB' }
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return { ok: false, reason: text.trim() === '' ? 'empty' : 'not JSON, or cut off' }
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    return { ok: false, reason: 'not a JSON object' }
  }
  try {
    return { ok: true, value: read(recordOf(value as Record<string, unknown>)) }
  } catch (error) {
    if (error instanceof WrongRecord) return { ok: false, reason: error.message }
    throw error
  }
}

function recordOf(fields: Record<string, unknown>): UntrustedRecord {
  const wrong = (reason: string) => new WrongRecord(reason)
  const get = (field: string) => (Object.hasOwn(fields, field) ? (fields[field] ?? null) : null)
  const record: UntrustedRecord = {
    wrong,
    mustBe: (field, expected) => {
      if (get(field) === expected) return
      throw wrong(get(field) === null ? `${field} is missing` : `${field} is not the expected one`)
    },
    text: (field) => {
      const value = get(field)
      if (value === null) return null
      if (typeof value !== 'string') throw wrong(`${field} is no text`)
      if (value.length > MAX_TEXT) throw wrong(`${field} is too long`)
      return value
    },
    number: (field, min, max) => {
      const value = get(field)
      if (value === null) return null
      if (typeof value !== 'number' || !(value >= min && value <= max)) {
        throw wrong(`${field} is no number from ${min} to ${max}`)
      }
      return value
    },
    integer: (field, min, max) => {
      const value = record.number(field, min, max)
      if (value !== null && !Number.isInteger(value)) throw wrong(`${field} is no whole number`)
      return value
    },
    flag: (field) => {
      const value = get(field)
      if (value !== null && typeof value !== 'boolean') throw wrong(`${field} is neither true nor false`)
      return value ?? false
    },
    texts: (field) => {
      const value = get(field) ?? []
      if (!Array.isArray(value) || value.length > MAX_LIST) throw wrong(`${field} is no list of texts`)
      return value.map((item: unknown) => {
        if (typeof item !== 'string' || item.length > MAX_TEXT) throw wrong(`${field} is no list of texts`)
        return item
      })
    },
    time: (field) => {
      const value = record.text(field)
      if (value === null) return null
      const shape = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/
      const at = shape.test(value) ? Date.parse(value) : Number.NaN
      if (Number.isNaN(at)) throw wrong(`${field} is no ISO 8601 time`)
      return at
    },
  }
  return record
}
