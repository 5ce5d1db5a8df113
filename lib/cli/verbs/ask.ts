import { fix } from '../../core/fixes.js'
import type { AskDocument, AskRequest } from '../../core/protocol/api.js'
import { shortPromptId } from '../../core/status/prompt-id.js'
import { durationOption } from '../duration-option.js'
import { lostAnswer } from '../lost-answer.js'
import { promptText, shortPrompt } from '../prompt-text.js'
import type { Verb, VerbContext } from '../verb.js'
import { AGENT, may, text } from '../verb-arguments.js'

export const ask: Verb = {
  name: 'ask',
  permission: 'agents:send',
  describe: 'send a prompt, wait for the end of the turn, print the answer',
  positionals: [AGENT, may('text', 'the prompt; - or nothing reads standard input')],
  options: {
    timeout: text('how long (default 10m)'),
    'operation-id': text(
      'the same id never sends twice: without text, waits for the answer to what was sent',
    ),
  },
  example: 'orchestra ask CG-1 "which tests fail?" --timeout 5m',
  run: async (c) => {
    const [agent = '', given] = c.positionals
    const named = c.option('operation-id')
    const operation = named ?? crypto.randomUUID()
    const prompt =
      given === undefined && named !== undefined
        ? undefined
        : await promptText(given, fix('agent.ask', agent))
    const timeoutMs = durationOption('timeout', c.option('timeout'))
    const request: AskRequest = {
      ...(prompt === undefined ? {} : { text: prompt }),
      operation_id: operation,
      ...(timeoutMs === undefined ? {} : { timeout_ms: timeoutMs }),
    }
    const client = await c.connect()
    const again = fix(
      'agent.ask-again',
      agent,
      operation,
      ...(prompt === undefined ? [] : [shortPrompt(prompt)]),
    )
    const answer = await client
      .post<AskDocument>(`/v1/agents/${encodeURIComponent(agent)}/ask`, request)
      .catch((error: unknown) => {
        throw lostAnswer(error, `This waits for the answer, and sends nothing twice: \`${again}\``)
      })
    if (c.json) c.out(`${JSON.stringify(answer)}\n`)
    else print(c, answer, again)
    return answer.state === 'answered' ? 0 : 1
  },
}

function print(c: VerbContext, { agent, state, text: said, question }: AskDocument, again: string): void {
  if (said !== null && said !== '') c.out(`${said}\n`)
  const fixes =
    question === null || question.is_cut
      ? ''
      : `: \`${fix('answer.approve', agent, shortPromptId(question.prompt_id))}\` or \`${fix('answer.deny', agent)}\`, then \`${again}\``
  const why = {
    answered: null,
    question: `${agent} asks this before it goes on${fixes}`,
    limited: `${agent} has met a limit`,
    error: `the turn of ${agent} ended in an error`,
    exited: `${agent} has exited`,
    refused: `${agent} was not asked`,
    unconfirmed: `it is not known whether ${agent} took the prompt: \`${fix('agent.explain', agent)}\` shows its screen`,
    late: `${agent} has not answered in time; to wait on: \`${again}\``,
  }[state]
  if (why !== null) c.err(`${why}\n`)
}
