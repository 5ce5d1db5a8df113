/** What the model of the laboratory was asked, read from its own requests: which prompts, and when it was at work. */
import type { EventRow } from '../../lib/core/protocol/status.js'
import type { Asked } from '../../scripts/lab/model-stub.js'
import { readTask } from '../../scripts/lab/stub/worker.js'

export interface GivenPrompt {
  readonly agent: string
  readonly text: string
}

const PROMPT = /Task [\w-]+: (?:(?!Task [\w-]+: )[\s\S])*?the code [a-z2-7]{8}\b/g

/** Every task's prompt as often as it was submitted: each request repeats the whole conversation, so the longest counts. */
export function promptsOf(requests: readonly Asked[]): readonly GivenPrompt[] {
  const byConversation = new Map<string, readonly GivenPrompt[]>()
  for (const request of requests.filter(isTurn)) {
    const key = conversationOf(request)
    const given = [...userText(request).matchAll(PROMPT)].map(([text]) => ({ agent: request.agent, text }))
    if (given.length > (byConversation.get(key)?.length ?? 0)) byConversation.set(key, given)
  }
  return [...byConversation.values()].flat()
}

/** Observations that say idle while the model was at work for that agent, or it ran the model's tools. */
export function idleWhileAsking(requests: readonly Asked[], rows: readonly EventRow[]): readonly string[] {
  const turns = new Map<string, { agent: string; from: number; to: number }>()
  for (const request of requests.filter(isTurn)) {
    const text = [...userText(request).matchAll(PROMPT)].at(-1)?.[0]
    if (text === undefined) continue
    const { nonce } = readTask(text)
    const turn = turns.get(nonce) ?? { agent: request.agent, from: request.at, to: request.at }
    turns.set(nonce, { ...turn, to: request.endedAt ?? turn.to })
  }
  return [...turns.values()].flatMap(({ agent, from, to }) =>
    rows
      .filter(({ type, subject, text }) => type === 'agent.observed' && subject === agent && text === 'idle')
      .map(({ at }) => Date.parse(at))
      .filter((at) => at > from + SEEN_MS && at < to)
      .map((at) => `${agent}: idle ${at - from} ms after it began, ${to - at} ms before it ended`),
  )
}

/** What was on the screen when the model began may still be told. */
const SEEN_MS = 1000

/** Not what a CLI asks for a title. */
function isTurn({ body, agent }: Asked): boolean {
  return agent !== '' && Array.isArray(body['tools']) && body['tools'].length > 0
}

function conversationOf({ agent, body }: Asked): string {
  const session = /"session_id":"([^"]+)"/.exec(String((body['metadata'] as { user_id?: unknown })?.user_id))
  return `${agent} ${session?.[1] ?? String(body['prompt_cache_key'])}`
}

interface Message {
  readonly role?: string
  readonly content?: string | readonly { readonly text?: string }[]
}

/** Of both APIs: `messages` and `input`. */
function userText({ body }: Asked): string {
  const all = (body['messages'] ?? body['input'] ?? []) as readonly Message[]
  return all
    .filter(({ role }) => role === 'user')
    .flatMap(({ content = '' }) =>
      typeof content === 'string' ? [content] : content.map(({ text = '' }) => text),
    )
    .join('\n')
}
