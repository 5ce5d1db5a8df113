/**
 * Which orchestra writes to a repository: a label of the repository itself, because GitHub makes one of a name once, mails
 * nobody of it, and lets only people with write access make any. Its number grows with each owner.
 */
import type { Millis } from '../time.js'

export interface Lease {
  readonly turn: number
  /** The store's id. */
  readonly store: string
  readonly session: string
  /** GitHub's clock. */
  readonly until: Millis
}

const NAME = /^orchestra-writer-(\d{1,9})$/
const SAID = /^store ([a-z2-7]{6}), session (\S{1,30}), until (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)$/

export function leaseName(turn: number): string {
  return `orchestra-writer-${turn}`
}

/** At most the hundred characters that GitHub takes. */
export function leaseText({ store, session, until }: Omit<Lease, 'turn'>): string {
  const at = `${new Date(until).toISOString().slice(0, 19)}Z`
  return `store ${store}, session ${session.slice(0, 30)}, until ${at}`
}

/** null: a label that is none. One whose text a person changed is free. */
export function parseLease(name: string, text: string | null): Lease | null {
  const turn = NAME.exec(name)?.[1]
  if (turn === undefined) return null
  const [, store = '', session = '', until = ''] = SAID.exec(text ?? '') ?? []
  const at = Date.parse(until)
  return { turn: Number(turn), store, session, until: Number.isNaN(at) ? 0 : at }
}
