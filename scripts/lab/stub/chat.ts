/** opencode: POST /v1/chat/completions. */
import type { ServerResponse } from 'node:http'
import { list, openStream, sendError, sendJson, streamText, text, type Json } from './exchange.js'
import { pause, turnFor, type Choose, type Tool } from './scenes.js'

export async function chat(
  body: Json,
  response: ServerResponse,
  cwd: string,
  choose: Choose = turnFor,
): Promise<void> {
  const all = list(body['messages'])
  const lastUser = all.findLastIndex((message) => message['role'] === 'user')
  const content = all[lastUser]?.['content']
  const prompt =
    typeof content === 'string'
      ? content
      : list(content)
          .map((part) => text(part['text']))
          .join('\n')
  const results = all.slice(lastUser + 1).filter((message) => message['role'] === 'tool').length
  const side = list(body['tools']).length === 0
  const turn = side ? turnFor('scene:title', 0) : choose(prompt, results)
  await pause(turn.delayMs ?? 0)
  const refused = sendError(response, turn, (kind, message) => ({
    error: { message, type: kind, code: kind === 'context' ? 'context_length_exceeded' : kind },
  }))
  if (refused) return
  const head = {
    id: `chatcmpl-${Date.now()}`,
    object: 'chat.completion.chunk',
    created: 0,
    model: text(body['model']),
  }
  if (body['stream'] !== true) {
    sendJson(response, 200, {
      ...head,
      object: 'chat.completion',
      choices: [
        { index: 0, message: { role: 'assistant', content: 'Cache key fix' }, finish_reason: 'stop' },
      ],
    })
    return
  }
  const send = openStream(response)
  const delta = (more: Json, finish: string | null = null) =>
    send({ ...head, choices: [{ index: 0, delta: more, finish_reason: finish }] })
  delta({ role: 'assistant', content: '' })
  if (turn.reasoning !== undefined) {
    delta({ reasoning_content: turn.reasoning })
    await pause(2000)
  }
  if (!(await streamText(response, turn, (part) => delta({ content: part })))) return
  if (turn.tool !== undefined) {
    const { name, input } = call(turn.tool, cwd)
    delta({
      tool_calls: [
        {
          index: 0,
          id: `call_${Date.now()}`,
          type: 'function',
          function: { name, arguments: JSON.stringify(input) },
        },
      ],
    })
  }
  delta({}, turn.tool === undefined ? 'stop' : 'tool_calls')
  send({ ...head, choices: [], usage: { prompt_tokens: 1200, completion_tokens: 60, total_tokens: 1260 } })
  send('[DONE]')
  response.end()
}

function call(tool: Tool, cwd: string): { readonly name: string; readonly input: Json } {
  switch (tool.name) {
    case 'shell':
      return { name: 'bash', input: { command: tool.command, description: 'Runs it' } }
    case 'write':
      return { name: 'write', input: { filePath: `${cwd}/${tool.path}`, content: tool.content } }
    case 'edit':
      return {
        name: 'edit',
        input: { filePath: `${cwd}/${tool.path}`, oldString: tool.before, newString: tool.after },
      }
    case 'ask':
      return {
        name: 'question',
        input: {
          questions: [
            {
              question: tool.question,
              header: 'Choice',
              options: tool.options.map((label) => ({ label, description: `Take ${label}` })),
            },
          ],
        },
      }
    case 'native':
      return (
        (tool.calls['opencode'] as ReturnType<typeof call> | undefined) ??
        call({ name: 'shell', command: 'ls' }, cwd)
      )
    case 'plan':
      return {
        name: 'todowrite',
        input: {
          todos: tool.steps.map((step, i) => ({
            id: String(i),
            content: step,
            status: i === 0 ? 'in_progress' : 'pending',
            priority: 'medium',
          })),
        },
      }
  }
}
