/** `gemini -o stream-json`: without a terminal it takes the prompt from standard input. The shell tool is not offered. */
import type { Headless } from '../definition.js'
import { headlessStream, type StreamItem } from '../headless-stream.js'
import { record, textOf } from '../hooks-json.js'

export const geminiHeadless: Headless = {
  argv: ({ command }) => [...command, '-o', 'stream-json'],
  env: {},
  stream: () => headlessStream({ read, finishes: true }),
}

function read(line: Readonly<Record<string, unknown>>): readonly StreamItem[] {
  const error = textOf(record(line['error'])?.['message']) ?? textOf(line['message'])
  switch (line['type']) {
    case 'init': {
      const id = textOf(line['session_id'])
      return id === null ? [] : [{ type: 'session', id }]
    }
    case 'message': {
      const text = textOf(line['content'])
      return line['role'] === 'assistant' && text !== null
        ? [{ type: 'text', text, whole: line['delta'] !== true }]
        : []
    }
    case 'tool_use':
      return [{ type: 'tool', text: textOf(line['tool_name']) ?? 'tool' }]
    case 'error':
      return line['severity'] === 'warning' ? [] : [{ type: 'failed', text: error ?? 'an error' }]
    case 'result':
      return line['status'] === 'success'
        ? [{ type: 'finished', text: null }]
        : [{ type: 'failed', text: error ?? 'it failed' }]
    default:
      return []
  }
}
