/** Codex: POST /v1/responses. */
import type { ServerResponse } from 'node:http'
import { list, openStream, sendError, streamText, text, type Json } from './exchange.js'
import { pause, turnFor, type Choose, type Tool } from './scenes.js'
import { isTask } from './worker.js'

export async function responses(
  body: Json,
  response: ServerResponse,
  choose: Choose = turnFor,
): Promise<void> {
  const input = list(body['input'])
  const isUser = (item: Json) => item['type'] === 'message' && item['role'] === 'user'
  const said = (item: Json | undefined) =>
    list(item?.['content'])
      .map((part) => text(part['text']))
      .join('\n')
  const newest = input.findLastIndex(isUser)
  // `Go on` is said about the task before it.
  const task = input.findLastIndex((item) => isUser(item) && isTask(said(item)))
  const lastUser = task === -1 || /scene:/.test(said(input[newest])) ? newest : task
  const prompt = said(input[lastUser])
  const results = input
    .slice(lastUser + 1)
    .filter((item) => text(item['type']).endsWith('_call_output')).length
  const side = list(body['tools']).length === 0
  const turn = side ? turnFor('scene:title', 0) : choose(prompt, results)
  await pause(turn.delayMs ?? 0)
  const refused = sendError(response, turn, (kind, message) => ({
    error: {
      type: {
        rate: 'rate_limit_exceeded',
        quota: 'insufficient_quota',
        usage: 'usage_limit_reached',
        auth: 'invalid_api_key',
        overloaded: 'server_error',
        server: 'server_error',
        context: 'invalid_request_error',
      }[kind],
      code: {
        rate: 'rate_limit_exceeded',
        quota: 'insufficient_quota',
        usage: 'usage_limit_reached',
        auth: 'invalid_api_key',
        overloaded: 'server_is_overloaded',
        server: 'server_error',
        context: 'context_length_exceeded',
      }[kind],
      message,
      ...(kind === 'usage' ? { plan_type: 'plus', resets_in_seconds: turn.error?.resetsIn ?? 7500 } : {}),
      ...(turn.error?.resetsIn === undefined
        ? {}
        : { resets_at: Math.ceil(Date.now() / 1000) + turn.error.resetsIn }),
    },
  }))
  if (refused) return
  const send = openStream(response)
  const id = `resp_${Date.now()}`
  const emit = (type: string, more: Json) => send({ type, ...more }, type)
  emit('response.created', { response: { id } })
  const output: Json[] = []
  if (turn.reasoning !== undefined) {
    const item = {
      type: 'reasoning',
      id: `rs_${id}`,
      summary: [{ type: 'summary_text', text: turn.reasoning }],
    }
    emit('response.output_item.added', { output_index: 0, item: { ...item, summary: [] } })
    emit('response.reasoning_summary_text.delta', {
      item_id: item.id,
      output_index: 0,
      summary_index: 0,
      delta: turn.reasoning,
    })
    await pause(2000)
    emit('response.output_item.done', { output_index: 0, item })
    output.push(item)
  }
  if (turn.text !== undefined) {
    const item = { type: 'message', id: `msg_${id}`, role: 'assistant', content: [] as Json[] }
    emit('response.output_item.added', { output_index: output.length, item })
    let whole = ''
    const goOn = await streamText(response, turn, (delta) => {
      whole += delta
      emit('response.output_text.delta', {
        item_id: item.id,
        output_index: output.length,
        content_index: 0,
        delta,
      })
    })
    if (!goOn) return
    const done = { ...item, content: [{ type: 'output_text', text: whole, annotations: [] }] }
    emit('response.output_item.done', { output_index: output.length, item: done })
    output.push(done)
  } else if (turn.end === 'hang') return
  if (turn.tool !== undefined) {
    const item = { type: 'function_call', id: `fc_${id}`, call_id: `call_${id}`, ...call(turn.tool) }
    emit('response.output_item.added', { output_index: output.length, item: { ...item, arguments: '' } })
    emit('response.output_item.done', { output_index: output.length, item })
    output.push(item)
  }
  const usage = {
    input_tokens: 1200,
    output_tokens: 60,
    total_tokens: 1260,
    input_tokens_details: { cached_tokens: 0 },
    output_tokens_details: { reasoning_tokens: 0 },
  }
  emit('response.completed', { response: { id, output, usage } })
  response.end()
}

function call(tool: Tool): { readonly name: string; readonly arguments: string } {
  switch (tool.name) {
    case 'shell':
      return {
        name: 'exec_command',
        arguments: JSON.stringify({
          cmd: tool.command,
          ...(tool.background === true ? { yield_time_ms: 1000 } : {}),
          ...(tool.ask === true || /touch|rm /.test(tool.command)
            ? {
                sandbox_permissions: 'require_escalated',
                justification: 'May I write into the working directory?',
              }
            : {}),
        }),
      }
    case 'native':
      return call({ name: 'shell', command: 'ls' })
    case 'plan':
      return {
        name: 'update_plan',
        arguments: JSON.stringify({
          plan: tool.steps.map((step, i) => ({ step, status: i === 0 ? 'in_progress' : 'pending' })),
        }),
      }
    case 'ask':
      return {
        name: 'request_user_input',
        arguments: JSON.stringify({
          questions: [
            {
              id: 'q',
              header: 'Choice',
              question: tool.question,
              options: tool.options.map((label) => ({ label, description: label })),
            },
          ],
        }),
      }
    case 'write':
      return {
        name: 'exec_command',
        arguments: JSON.stringify({
          cmd: `cat > ${tool.path} <<'E'\n${tool.content}E\n`,
          ...(tool.ask === false
            ? {}
            : { sandbox_permissions: 'require_escalated', justification: 'May I write the file?' }),
        }),
      }
    case 'edit':
      return {
        name: 'exec_command',
        arguments: JSON.stringify({
          cmd: `sed -i s/${tool.before}/${tool.after}/ ${tool.path}`,
          sandbox_permissions: 'require_escalated',
          justification: 'May I change the file?',
        }),
      }
  }
}
