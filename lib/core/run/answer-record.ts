import type { RunEvent } from './events.js'

export type AnswerRecord = Extract<RunEvent, { type: 'prompt.answered' | 'gate.answered' }>
