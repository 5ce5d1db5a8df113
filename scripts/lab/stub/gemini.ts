/** Gemini CLI: POST /v1beta/models/MODEL:generateContent and :streamGenerateContent. */
import type { ServerResponse } from 'node:http'
import { list, openStream, sendError, sendJson, streamText, text, type Json } from './exchange.js'
import { pause, turnFor, type Choose, type Tool } from './scenes.js'
import { isTask } from './worker.js'

export async function gemini(
  body: Json,
  response: ServerResponse,
  path: string,
  cwd: string,
  choose: Choose = turnFor,
): Promise<void> {
  const contents = list(body['contents'])
  const config = (body['generationConfig'] ?? {}) as Json
  const side =
    config['responseJsonSchema'] !== undefined ||
    config['responseSchema'] !== undefined ||
    list(body['tools']).length === 0
  const { prompt, results } = newest(contents)
  if (!path.includes('stream')) {
    const answer = side
      ? '{"reasoning":"simple","model_choice":"flash","complexity_reasoning":"simple","complexity_score":10}'
      : 'ok'
    sendJson(response, 200, candidate([{ text: answer }], 'STOP'))
    return
  }
  const turn = side ? turnFor('scene:title', 0) : choose(prompt, results)
  await pause(turn.delayMs ?? 0)
  const refused = sendError(response, turn, (kind, message, status) => ({
    error: {
      code: status,
      message,
      status: {
        rate: 'RESOURCE_EXHAUSTED',
        quota: 'RESOURCE_EXHAUSTED',
        usage: 'RESOURCE_EXHAUSTED',
        auth: 'UNAUTHENTICATED',
        overloaded: 'UNAVAILABLE',
        server: 'INTERNAL',
        context: 'INVALID_ARGUMENT',
      }[kind],
      ...(kind === 'quota'
        ? {
            details: [
              {
                '@type': 'type.googleapis.com/google.rpc.QuotaFailure',
                violations: [{ quotaId: 'GenerateRequestsPerDayPerProjectPerModel' }],
              },
            ],
          }
        : {}),
    },
  }))
  if (refused) return
  const send = openStream(response)
  if (turn.reasoning !== undefined) {
    send(candidate([{ text: turn.reasoning, thought: true }], null))
    await pause(2000)
  }
  if (!(await streamText(response, turn, (part) => send(candidate([{ text: part }], null))))) return
  const tool = turn.tool === undefined ? undefined : call(turn.tool, cwd)
  send(candidate(tool === undefined ? [{ text: '' }] : [{ functionCall: tool }], 'STOP'))
  response.end()
}

function candidate(parts: readonly Json[], finishReason: string | null): Json {
  return {
    candidates: [
      { content: { role: 'model', parts }, index: 0, ...(finishReason === null ? {} : { finishReason }) },
    ],
    usageMetadata: { promptTokenCount: 1200, candidatesTokenCount: 60, totalTokenCount: 1260 },
    modelVersion: 'lab',
  }
}

function newest(contents: readonly Json[]): { readonly prompt: string; readonly results: number } {
  let results = 0
  for (const content of contents.toReversed()) {
    if (content['role'] !== 'user') continue
    const parts = list(content['parts'])
    const said = parts.map((part) => text(part['text'])).join('\n')
    // What the session is about stands in a part of its own before the first prompt.
    const asks = parts.some((part) => isTask(text(part['text'])))
    if (/scene:/.test(said) || asks) return { prompt: said, results }
    results += parts.filter((part) => part['functionResponse'] !== undefined).length
  }
  return { prompt: '', results }
}

function call(tool: Tool, cwd: string): Json {
  switch (tool.name) {
    case 'shell':
      return {
        name: 'run_shell_command',
        args: {
          command: tool.command,
          description: 'Runs it',
          ...(tool.background === true ? { is_background: true } : {}),
        },
      }
    case 'write':
      return { name: 'write_file', args: { file_path: `${cwd}/${tool.path}`, content: tool.content } }
    case 'edit':
      return {
        name: 'replace',
        args: {
          file_path: `${cwd}/${tool.path}`,
          old_string: tool.before,
          new_string: tool.after,
          instruction: 'change it',
        },
      }
    case 'ask':
      return {
        name: 'ask_user',
        args: {
          questions: [
            {
              question: tool.question,
              header: 'Choice',
              type: 'choice',
              options: tool.options.map((label) => ({ label, description: `Take ${label}` })),
            },
          ],
        },
      }
    case 'native':
      return tool.calls['gemini'] ?? call({ name: 'shell', command: 'ls' }, cwd)
    case 'plan':
      return {
        name: 'write_todos',
        args: {
          todos: tool.steps.map((description, i) => ({
            description,
            status: i === 0 ? 'in_progress' : 'pending',
          })),
        },
      }
  }
}
