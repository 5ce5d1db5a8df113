/** Claude Code: POST /v1/messages. */
import type { ServerResponse } from 'node:http'
import { list, openStream, sendError, sendJson, streamText, text, type Json } from './exchange.js'
import { pause, turnFor, type Choose, type Tool } from './scenes.js'
import { isTask } from './worker.js'

export async function messages(
  body: Json,
  response: ServerResponse,
  cwd: string,
  choose: Choose = turnFor,
): Promise<void> {
  const all = list(body['messages'])
  const { prompt, results } = newest(all)
  const side = list(body['tools']).length === 0
  const turn = side ? turnFor('scene:title', 0) : choose(prompt, results)
  await pause(turn.delayMs ?? 0)
  const refused = sendError(response, turn, (kind, message) => ({
    type: 'error',
    error: {
      type: {
        rate: 'rate_limit_error',
        quota: 'rate_limit_error',
        usage: 'rate_limit_error',
        auth: 'authentication_error',
        overloaded: 'overloaded_error',
        server: 'api_error',
        context: 'invalid_request_error',
      }[kind],
      message: kind === 'auth' ? 'invalid x-api-key' : message,
    },
    request_id: 'req_lab',
  }))
  if (refused) return
  const id = `msg_${Date.now()}`
  const usage = {
    input_tokens: 1200,
    output_tokens: 1,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: 0,
  }
  const message = {
    id,
    type: 'message',
    role: 'assistant',
    model: text(body['model']),
    content: [] as Json[],
    stop_reason: null,
    stop_sequence: null,
    usage,
  }
  if (body['stream'] !== true) {
    sendJson(response, 200, {
      ...message,
      content: [{ type: 'text', text: side ? 'Cache key fix' : 'ok' }],
      stop_reason: 'end_turn',
    })
    return
  }
  const send = openStream(response)
  const emit = (type: string, more: Json) => send({ type, ...more }, type)
  emit('message_start', { message })
  let index = 0
  if (turn.reasoning !== undefined) {
    emit('content_block_start', { index, content_block: { type: 'thinking', thinking: '', signature: '' } })
    emit('content_block_delta', { index, delta: { type: 'thinking_delta', thinking: turn.reasoning } })
    await pause(2000)
    emit('content_block_delta', { index, delta: { type: 'signature_delta', signature: 'lab' } })
    emit('content_block_stop', { index })
    index += 1
  }
  if (turn.text !== undefined) {
    emit('content_block_start', { index, content_block: { type: 'text', text: '' } })
    const goOn = await streamText(response, turn, (part) =>
      emit('content_block_delta', { index, delta: { type: 'text_delta', text: part } }),
    )
    if (!goOn) return
    emit('content_block_stop', { index })
    index += 1
  } else if (turn.end === 'hang') return
  if (turn.tool !== undefined) {
    const { name, input } = call(turn.tool, cwd)
    emit('content_block_start', {
      index,
      content_block: { type: 'tool_use', id: `toolu_${Date.now()}`, name, input: {} },
    })
    emit('content_block_delta', {
      index,
      delta: { type: 'input_json_delta', partial_json: JSON.stringify(input) },
    })
    emit('content_block_stop', { index })
  }
  emit('message_delta', {
    delta: { stop_reason: turn.tool === undefined ? 'end_turn' : 'tool_use', stop_sequence: null },
    usage: { output_tokens: 60 },
  })
  emit('message_stop', {})
  response.end()
}

/** A refused tool's result and the next prompt arrive in one user message. */
function newest(all: readonly Json[]): { readonly prompt: string; readonly results: number } {
  let results = 0
  for (const message of all.toReversed()) {
    if (message['role'] !== 'user') continue
    const content = message['content']
    const parts = typeof content === 'string' ? [{ type: 'text', text: content }] : list(content)
    const said = parts
      .filter((part) => part['type'] === 'text' && isPrompt(text(part['text'])))
      .map((part) => text(part['text']))
    if (said.length > 0) return { prompt: said.join('\n'), results }
    results += parts.filter((part) => part['type'] === 'tool_result').length
  }
  return { prompt: '', results }
}

const isPrompt = (said: string) => /scene:/.test(said) || isTask(said)

function call(tool: Tool, cwd: string): { readonly name: string; readonly input: Json } {
  switch (tool.name) {
    case 'shell':
      return {
        name: 'Bash',
        input: {
          command: tool.command,
          description: 'Runs it',
          ...(tool.background === true ? { run_in_background: true } : {}),
        },
      }
    case 'write':
      return { name: 'Write', input: { file_path: `${cwd}/${tool.path}`, content: tool.content } }
    case 'edit':
      return {
        name: 'Edit',
        input: { file_path: `${cwd}/${tool.path}`, old_string: tool.before, new_string: tool.after },
      }
    case 'ask':
      return {
        name: 'AskUserQuestion',
        input: {
          questions: [
            {
              question: tool.question,
              header: 'Choice',
              multiSelect: false,
              options: tool.options.map((label) => ({ label, description: `Take ${label}` })),
            },
          ],
        },
      }
    case 'native':
      return (
        (tool.calls['claude'] as ReturnType<typeof call> | undefined) ??
        call({ name: 'shell', command: 'ls' }, cwd)
      )
    case 'plan':
      return {
        name: 'TodoWrite',
        input: {
          todos: tool.steps.map((content, i) => ({
            content,
            activeForm: content,
            status: i === 0 ? 'in_progress' : 'pending',
          })),
        },
      }
  }
}
