/** The subject of a status commit, `[L2][MU] status(phase): text`: said by people and machines, read from git logs. */
import type { Machine } from '../layout/model.js'
import { safeText } from '../text/safe-text.js'

export interface StatusSubject {
  readonly layer: string
  /** Of the machine. */
  readonly code: string
  readonly phase: string | null
  readonly text: string
}

const SUBJECT = /^\[([A-Za-z0-9_-]{1,64})\]\[([^\]\s]{1,16})\] status(?:\(([^()]{1,64})\))?: (.+)$/u
const MAX_SUBJECT = 200

/** One line, without anything that a terminal obeys. */
function formatStatusSubject({ layer, code, phase, text }: StatusSubject): string {
  const of = phase === null ? '' : `(${phase})`
  return safeText(`[${layer}][${code}] status${of}: ${text.trim()}`).slice(0, MAX_SUBJECT)
}

/** What a machine says; one that belongs to no layer says its own id instead. */
export function statusSubjectOf(
  machine: Pick<Machine, 'id' | 'layer' | 'code'>,
  said: Pick<StatusSubject, 'phase' | 'text'>,
): string {
  return formatStatusSubject({ layer: machine.layer ?? machine.id, code: machine.code, ...said })
}

/** Null: it is another commit's. */
export function parseStatusSubject(line: string): StatusSubject | null {
  const [, layer, code, phase, text] = SUBJECT.exec(safeText(line)) ?? []
  if (layer === undefined || code === undefined || text === undefined) return null
  return { layer, code, phase: phase ?? null, text }
}
