/** Targets of commands: an id, or exactly one name. tmux takes a bare name as a prefix and would hit a sibling. */
import { OrchestraError } from '../../core/errors.js'

const NAME = /^[A-Za-z0-9][A-Za-z0-9_-]*$/

const SESSION_ID = /^\$\d+$/

/** `=NAME`, or an id as it is, for commands that want a session. */
export function exactSession(name: string): string {
  if (SESSION_ID.test(name)) return name
  if (!NAME.test(name)) throw new OrchestraError(`not a tmux session name: ${name}`, { kind: 'bug' })
  return `=${name}`
}

/** `=NAME:`, the current window of exactly that session, for commands that want a window or a pane. */
export function inSession(name: string): string {
  return `${exactSession(name)}:`
}

/** `=NAME:INDEX`, one window of exactly that session, or its active pane. */
export function windowAt(name: string, index: number): `=${string}:${number}` {
  return `${exactSession(name)}:${Math.trunc(index)}` as `=${string}:${number}`
}
