/** `opencode run --format json`: the prompt on standard input; permissions are rejected by itself. */
import type { Headless } from '../definition.js'
import { headlessStream, type StreamItem } from '../headless-stream.js'
import { record, textOf } from '../hooks-json.js'

export const opencodeHeadless: Headless = {
  argv: ({ command, resume }) => [
    ...command,
    'run',
    '--format',
    'json',
    ...(resume === null ? [] : ['--session', resume]),
  ],
  env: { OPENCODE_DISABLE_AUTOUPDATE: '1' },
  stream: () => headlessStream({ read, finishes: true }),
}

function read(line: Readonly<Record<string, unknown>>): readonly StreamItem[] {
  const session = textOf(line['sessionID'])
  const items: StreamItem[] = session === null ? [] : [{ type: 'session', id: session }]
  const part = record(line['part'])
  const text = textOf(part?.['text'])
  if (line['type'] === 'text' && text !== null) items.push({ type: 'text', text, whole: true })
  if (line['type'] === 'tool_use') items.push({ type: 'tool', text: textOf(part?.['tool']) ?? 'tool' })
  // After a rejected permission it ends in the middle, with exit status 0.
  if (line['type'] === 'step_finish' && textOf(part?.['reason']) !== 'tool-calls')
    items.push({ type: 'finished', text: null })
  if (line['type'] === 'error') {
    const error = record(line['error'])
    items.push({
      type: 'failed',
      text:
        textOf(record(error?.['data'])?.['message']) ??
        textOf(error?.['message']) ??
        textOf(error?.['name']) ??
        'an error',
    })
  }
  return items
}
