/** The last message of the model in what a CLI keeps of a conversation: Claude Code's transcript, Codex' rollout. */
import { parseObject, record, textOf } from './hooks-json.js'

/** @param tail the end of the file, possibly from the middle of a line on @returns null: it holds none since the last prompt */
export function messageInTranscript(tail: string): string | null {
  const lines = tail.split('\n').toReversed()
  const parts: string[] = []
  for (const line of lines) {
    const entry = parseObject(line)
    if (entry === undefined) continue
    const payload = record(entry['payload'])
    const whole = textOf(payload?.['last_agent_message'])
    if (whole !== null) return whole
    if (payload?.['type'] === 'agent_message') return textOf(payload['message'])
    const content = record(entry['message'])?.['content']
    if (entry['type'] === 'assistant') {
      const said = textsOf(content)
      if (said.length === 0 && parts.length > 0) break
      parts.unshift(...said)
    } else if (entry['type'] === 'user' || payload?.['type'] === 'user_message') break
  }
  return parts.length === 0 ? null : parts.join('\n')
}

function textsOf(content: unknown): readonly string[] {
  if (!Array.isArray(content)) return []
  return content.flatMap((one: unknown) => {
    const block = record(one)
    const text = block?.['type'] === 'text' ? textOf(block['text']) : null
    return text === null ? [] : [text]
  })
}
