/** Whether the turn that a prompt began is over, from the states in which its agent is seen. */
import type { Millis } from '../time.js'
import { isAtRest, type AgentState } from '../words.js'

export interface Turn {
  /** Its agent was seen at work since it was given the prompt. */
  readonly began: boolean
  /** Since when its agent is free; null: it is not. */
  readonly freeSince: Millis | null
}

export const NEW_TURN: Turn = { began: false, freeSince: null }

/** A turn may be shorter than a look: an agent that is free for so long after the prompt has had its turn. */
export const FREE_MS = 5000

/** How a turn can end. */
export type TurnEnd = 'answered' | 'question' | 'limited' | 'error' | 'exited'

export interface TurnStep {
  readonly turn: Turn
  readonly end: TurnEnd | null
  /** Look again then, even if nothing changes. */
  readonly lookAt: Millis | null
}

const ENDS: Partial<Record<AgentState, TurnEnd>> = {
  waiting: 'question',
  limited: 'limited',
  error: 'error',
  exited: 'exited',
  stopping: 'exited',
}

export function turnStep(turn: Turn, state: AgentState, now: Millis): TurnStep {
  const end = ENDS[state]
  if (end !== undefined) return { turn, end, lookAt: null }
  if (!isAtRest(state))
    return { turn: { began: turn.began || state === 'working', freeSince: null }, end: null, lookAt: null }
  const freeSince = turn.freeSince ?? now
  const isOver = turn.began || now - freeSince >= FREE_MS
  return {
    turn: { ...turn, freeSince },
    end: isOver ? 'answered' : null,
    lookAt: isOver ? null : freeSince + FREE_MS,
  }
}
