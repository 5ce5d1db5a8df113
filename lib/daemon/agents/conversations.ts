/**
 * The CLI's own name of each agent's conversation, for the start that goes on with it. A name that we chose counts from
 * the first work on: a CLI that is told to resume a conversation in which nothing was said ends at once.
 */
import type { AgentId } from '../../core/ids.js'
import type { AgentRecord } from '../../core/run/state.js'
import { FACTS, type Conversation } from '../../store/facts.js'
import type { Facts } from '../../store/port.js'

type Names = Pick<Facts, 'get' | 'set' | 'delete'>

const NONE: Conversation = { known: null, chosen: null }

/** At a start: what it resumes, or the name that it was given, or neither (then its hooks tell). */
export function startConversation(
  names: Names,
  agent: AgentId,
  { resume, session }: { readonly resume: string | null; readonly session: string | null },
): void {
  // No name, no fact: fifteen agents would wait for the disk fifteen times.
  if (session === null) return names.delete(FACTS.conversation, agent)
  const goesOn = resume === session
  const conversation = goesOn ? { known: resume, chosen: null } : { known: null, chosen: session }
  names.set(FACTS.conversation, conversation, agent)
}

/** It was seen at work: something has been said. */
export function beginConversation(names: Names, agent: AgentId): void {
  const { chosen } = namesOf(names, agent)
  if (chosen !== null) names.set(FACTS.conversation, { known: chosen, chosen: null }, agent)
}

/** Its hooks told. */
export function learnConversation(names: Names, agent: AgentId, session: string): void {
  const { known, chosen } = namesOf(names, agent)
  if (known !== session) names.set(FACTS.conversation, { known: session, chosen }, agent)
}

export function conversationOf(names: Names, agent: AgentId): string | null {
  return namesOf(names, agent).known
}

/** What the start of that generation resumes; a second try of the same start finds the first one's answer. */
export function resumedBy(names: Names, record: AgentRecord, generation: number): string | null {
  const { id } = record.spec
  if (record.process.status === 'exited') {
    // A conversation belongs to the directory that it was begun in.
    const before = record.startedAs?.cwd
    const isElsewhere = before !== undefined && before !== record.spec.cwd
    const session = goesOn(record) && !isElsewhere ? conversationOf(names, id) : null
    if (session === null) names.delete(FACTS.resumed, id)
    else names.set(FACTS.resumed, { generation, session }, id)
    return session
  }
  const kept = names.get(FACTS.resumed, id)
  return kept?.generation === generation ? kept.session : null
}

function namesOf(names: Names, agent: AgentId): Conversation {
  return names.get(FACTS.conversation, agent) ?? NONE
}

/**
 * Gone on with where the process ended by no will of its own: a reboot, a lost tmux server, a crash that its policy
 * mends. Not after a second crash within the policy's ten minutes: the conversation may be what ends it.
 */
function goesOn({ process, restarts, restartAt }: AgentRecord): boolean {
  if (process.status !== 'exited') return false
  if (process.reset === 'reboot' || process.reset === 'server_gone') return true
  return restartAt !== null && restarts.length === 1 && process.exitCode !== 0
}
