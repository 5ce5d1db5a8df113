/** `codex exec --json -`: the prompt on standard input; approvals are never asked for. */
import type { Headless } from '../definition.js'
import { headlessStream, type StreamItem } from '../headless-stream.js'
import { record, textOf } from '../hooks-json.js'

export const codexHeadless: Headless = {
  argv: ({ command, resume }) => [
    ...command,
    // Else it starts a daemon in a session of its own, which outlives pane and tmux server.
    '-c',
    'features.daemon_auto_start=false',
    'exec',
    '--json',
    '--skip-git-repo-check',
    ...(resume === null ? [] : ['resume', resume]),
    '-',
  ],
  env: {},
  stream: () => headlessStream({ read, finishes: true }),
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
  // Its warnings: the turn goes on.
  const warning = item['type'] === 'error' ? textOf(item['message']) : null
  if (warning !== null) return [{ type: 'tool', text: warning }]
  return []
}
