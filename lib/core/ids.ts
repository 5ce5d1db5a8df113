/**
 * Identifiers. An id is a string that passed the parser of its kind; only `ids.ts` makes one. All ids of the
 * contract share one alphabet, so that they are safe in file names, tmux names and shell words alike.
 */
declare const brand: unique symbol
type Branded<Name extends string> = string & { readonly [brand]: Name }

export type SessionName = Branded<'SessionName'>
export type LayerId = Branded<'LayerId'>
export type MachineId = Branded<'MachineId'>
export type AgentId = Branded<'AgentId'>
export type TaskId = Branded<'TaskId'>
export type GateId = Branded<'GateId'>
export type PhaseId = Branded<'PhaseId'>
export type MilestoneId = Branded<'MilestoneId'>
export type WindowName = Branded<'WindowName'>
/** `<TaskId>.<n>`, n counts from 1. */
export type AttemptId = Branded<'AttemptId'>
/** `<pool>.<machine>.<n>`, n counts from 1. */
export type SlotId = Branded<'SlotId'>
/** Eight characters of `a-z2-7`, made anew for every attempt. */
export type Nonce = Branded<'Nonce'>
/** tmux's `%n`. */
export type PaneId = Branded<'PaneId'>
/** tmux's `@n`. */
export type WindowId = Branded<'WindowId'>

export type AnyId = Branded<string>

export const ID_PATTERN = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/
export const NONCE_PATTERN = /^[a-z2-7]{8}$/

/** Names that would be dangerous as keys of a plain object. */
const FORBIDDEN = new Set(['__proto__', 'constructor', 'prototype'])

export function isId(text: string): boolean {
  return ID_PATTERN.test(text) && !FORBIDDEN.has(text)
}

/** A name as an id: what an id cannot hold becomes `-`, and room stays for a number. @returns null if nothing of it can be one */
export function idOfName(name: string): string | null {
  const plain = name
    .replace(/[^A-Za-z0-9_-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+|-+$/g, '')
    .slice(0, 56)
  return isId(plain) ? plain : null
}

function parser<T extends string>(): (text: string) => T | undefined {
  return (text) => (isId(text) ? (text as T) : undefined)
}

export const parseSessionName = parser<SessionName>()
export const parseAgentId = parser<AgentId>()
export const parseTaskId = parser<TaskId>()

export function parseNonce(text: string): Nonce | undefined {
  return NONCE_PATTERN.test(text) ? (text as Nonce) : undefined
}

export function parsePaneId(text: string): PaneId | undefined {
  return /^%\d+$/.test(text) ? (text as PaneId) : undefined
}

export function parseWindowId(text: string): WindowId | undefined {
  return /^@\d+$/.test(text) ? (text as WindowId) : undefined
}

export function attemptId(task: TaskId, number: number): AttemptId {
  return `${task}.${number}` as AttemptId
}

export function slotId(pool: string, machine: MachineId, index: number): SlotId {
  return `${pool}.${machine}.${index}` as SlotId
}

/** Text that was checked elsewhere: by the schema of layouts, by a shape of the journal, or by the code that made it up. */
export function checkedId<T extends AnyId>(text: string): T {
  return text as T
}

export function checkedIdOrNull<T extends AnyId>(text: string | null | undefined): T | null {
  return text == null ? null : (text as T)
}

/** What somebody asks for by an id that may be anything: good for nothing but looking it up. */
export function askedId<T extends AnyId>(text: string): T {
  return text as T
}
