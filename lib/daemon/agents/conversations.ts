/**
 * The CLI's own name of each agent's conversation, for the start that goes on with it. A name that we chose counts from
 * the first work on: a CLI that is told to resume a conversation in which nothing was said ends at once.
 */
import type { AgentId } from '../../core/ids.js'
import type { AgentRecord } from '../../core/run/state.js'
import type { Store } from '../../store/store.js'

type Names = Pick<Store, 'getMeta' | 'setMeta'>

const known = (agent: AgentId) => `session:${agent}`
const chosen = (agent: AgentId) => `session-chosen:${agent}`

/** At a start: what it resumes, or the name that it was given, or neither (then its hooks tell). */
export function startConversation(
  names: Names,
  agent: AgentId,
  { resume, session }: { readonly resume: string | null; readonly session: string | null },
): void {
  const goesOn = resume !== null && session === resume
  names.setMeta(known(agent), goesOn ? resume : '')
  names.setMeta(chosen(agent), goesOn ? '' : (session ?? ''))
}

/** It was seen at work: something has been said. */
export function beginConversation(names: Names, agent: AgentId): void {
  const name = names.getMeta(chosen(agent)) ?? ''
  if (name === '') return
  names.setMeta(known(agent), name)
  names.setMeta(chosen(agent), '')
}

/** Its hooks told. */
export function learnConversation(names: Names, agent: AgentId, session: string): void {
  if (names.getMeta(known(agent)) !== session) names.setMeta(known(agent), session)
}

export function conversationOf(names: Names, agent: AgentId): string | null {
  return names.getMeta(known(agent)) || null
}

/** What the start of that generation resumes; a second try of the same start finds the first one's answer. */
export function resumedBy(names: Names, record: AgentRecord, generation: number): string | null {
  const { id } = record.spec
  const key = `session-resume:${id}`
  if (record.process.status === 'exited') {
    const name = goesOn(record) ? conversationOf(names, id) : null
    names.setMeta(key, `${generation} ${name ?? ''}`)
    return name
  }
  const [of, name] = (names.getMeta(key) ?? '').split(' ')
  return of === String(generation) ? name || null : null
}

/**
 * Gone on with where the process ended by no will of its own: a reboot, a lost tmux server, a crash that its policy
 * mends. Not after a second crash within the policy's ten minutes: the conversation may be what ends it.
 */
function goesOn({ process, restarts, restartAt }: AgentRecord): boolean {
  if (process.status !== 'exited') return false
  if (/reboot|server/.test(process.reason)) return true
  return restartAt !== null && restarts.length === 1 && process.exitCode !== 0
}
