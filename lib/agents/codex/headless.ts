/** `codex exec --json -`: the prompt on standard input; approvals are never asked for. */
import type { Headless } from '../definition.js'
import { headlessStream, type StreamItem } from '../headless-stream.js'
import { record, textOf } from '../hooks-json.js'

export const codexHeadless: Headless = {
  argv: ({ command, resume }) => [
    ...command,
    'exec',
    '--json',
    '--skip-git-repo-check',
    ...(resume === null ? [] : ['resume', resume]),
    '-',
  ],
  stream: () => headlessStream(read),
}

function read(line: Readonly<Record<string, unknown>>): readonly StreamItem[] {
  const message = textOf(record(line['error'])?.['message']) ?? textOf(line['message'])
  switch (line['type']) {
    case 'thread.started': {
      const id = textOf(line['thread_id'])
      return id === null ? [] : [{ type: 'session', id }]
    }
    case 'item.completed':
      return item(record(line['item']) ?? {})
    case 'turn.completed':
      return [{ type: 'finished', text: null }]
    case 'turn.failed':
      return [{ type: 'failed', text: message ?? 'the turn failed' }]
    case 'error':
      return [{ type: 'failed', text: message ?? 'an error' }]
    default:
      return []
  }
}

function item(item: Readonly<Record<string, unknown>>): readonly StreamItem[] {
  const text = textOf(item['text'])
  if (item['type'] === 'agent_message' && text !== null) return [{ type: 'text', text, whole: true }]
  const command = textOf(item['command'])
  if (command !== null) return [{ type: 'tool', text: command }]
  return []
}
