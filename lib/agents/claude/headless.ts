/** `claude -p --output-format stream-json --verbose`. */
import type { Headless } from '../definition.js'
import { headlessStream, type StreamItem } from '../headless-stream.js'
import { record, textOf } from '../hooks-json.js'

export const claudeHeadless: Headless = {
  argv: ({ command, resume, sessionId }) => [
    ...command,
    '-p',
    '--output-format',
    'stream-json',
    '--verbose',
    ...(resume === null ? ['--session-id', sessionId] : ['--resume', resume]),
  ],
  env: { DISABLE_AUTOUPDATER: '1' },
  stream: () => headlessStream({ read, finishes: true }),
}

function read(line: Readonly<Record<string, unknown>>): readonly StreamItem[] {
  const session = textOf(line['session_id'])
  const items: StreamItem[] = session === null ? [] : [{ type: 'session', id: session }]
  if (line['type'] === 'assistant') {
    const content = record(line['message'])?.['content']
    for (const part of Array.isArray(content) ? content.map(record) : []) {
      const text = textOf(part?.['text'])
      if (part?.['type'] === 'text' && text !== null) items.push({ type: 'text', text, whole: true })
      if (part?.['type'] === 'tool_use') items.push({ type: 'tool', text: toolText(part) })
    }
  }
  const refused = line['subtype'] === 'permission_denied' ? textOf(line['message']) : null
  if (line['type'] === 'system' && refused !== null)
    items.push({ type: 'tool', text: `not permitted: ${refused}` })
  if (line['type'] === 'result') {
    const text = textOf(line['result']) ?? textOf(line['error'])
    const failed = line['is_error'] === true || (textOf(line['subtype']) ?? 'success') !== 'success'
    items.push(
      failed
        ? { type: 'failed', text: text ?? textOf(line['subtype']) ?? 'it failed' }
        : { type: 'finished', text },
    )
  }
  return items
}

function toolText(part: Readonly<Record<string, unknown>>): string {
  const input = record(part['input'])
  const what = textOf(input?.['command']) ?? textOf(input?.['file_path']) ?? textOf(input?.['pattern']) ?? ''
  return `${textOf(part['name']) ?? 'tool'} ${what}`.trim()
}
