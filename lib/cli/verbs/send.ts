import { fix } from '../../core/fixes.js'
import { isUnreachable, OrchestraError } from '../../core/errors.js'
import type { Receipt, SendRequest } from '../../core/protocol/api.js'
import type { ApiClient } from '../../api/client.js'
import { durationOption } from '../duration-option.js'
import { lostAnswer } from '../lost-answer.js'
import { isPattern, pickAgents, type Pick } from '../pick-agents.js'
import { promptText, shortPrompt } from '../prompt-text.js'
import type { Verb, VerbContext } from '../verb.js'
import { flag, may, text } from '../verb-arguments.js'

export const send: Verb = {
  name: 'send',
  permission: 'agents:send',
  describe: 'deliver a prompt to an agent, or to several; prints a receipt for each',
  positionals: [
    may('agent', "an agent, or several: 'CG-*'; left out with --role and --all"),
    may('text', 'the prompt; - or nothing reads standard input'),
  ],
  options: {
    role: text('to each agent with that role'),
    all: flag('to each agent'),
    'operation-id': text('the same id never submits twice'),
    wait: flag('wait for the receipt'),
    timeout: text('how long (default 2m)'),
  },
  example: 'orchestra send CG-1 "run the tests" --wait',
  run: async (c) => {
    const { pick, given } = meant(c)
    const prompt = await promptText(given, fix('agent.send', pick.by === 'id' ? pick.id : 'AGENT'))
    // Chosen here: the id is known even when the answer is lost.
    const operation = c.option('operation-id') ?? crypto.randomUUID()
    const base = {
      text: prompt,
      wait: c.flag('wait'),
      timeout_ms: durationOption('timeout', c.option('timeout')) ?? 120_000,
    }
    const client = await c.connect()
    const agents = await pickAgents(client, pick)
    const isOne = pick.by === 'id'
    const receipts = await Promise.all(
      agents.map((agent) =>
        receiptOf(
          client,
          agent,
          { ...base, operation_id: isOne ? operation : `${operation}.${agent}` },
          isOne,
        ),
      ),
    ).catch((error: unknown) => {
      const again = fix('message.again', operation, ...wordsOf(pick), shortPrompt(prompt))
      throw lostAnswer(error, `To send it once, whatever was sent already: \`${again}\``)
    })
    if (c.json) c.out(`${JSON.stringify(isOne ? receipts[0] : receipts)}\n`)
    else for (const receipt of receipts) c.out(`${isOne ? '' : `${receipt.agent}: `}${said(receipt)}\n`)
    return receipts.every(({ state }) => state === 'queued' || state === 'delivered') ? 0 : 1
  },
}

function meant(c: VerbContext): { readonly pick: Pick; readonly given: string | undefined } {
  const [first, second] = c.positionals
  const role = c.option('role')
  if (role !== undefined || c.flag('all')) {
    if (second !== undefined || (role !== undefined && c.flag('all')))
      throw new OrchestraError('name one of an agent, --role and --all', { kind: 'usage' })
    return { pick: role === undefined ? { by: 'all' } : { by: 'role', role }, given: first }
  }
  if (first === undefined)
    throw new OrchestraError('say to whom: an agent, --role R or --all', {
      kind: 'usage',
      hint: `${fix('agent.send', 'AGENT')}; \`${fix('agent.list')}\` lists them.`,
    })
  return {
    pick: isPattern(first) ? { by: 'pattern', pattern: first } : { by: 'id', id: first },
    given: second,
  }
}

/** Of several, one that cannot be sent to says so in a receipt, and the others get theirs. */
async function receiptOf(
  client: ApiClient,
  agent: string,
  request: SendRequest & { readonly operation_id: string },
  isOne: boolean,
): Promise<Receipt> {
  try {
    return await client.post<Receipt>(`/v1/agents/${encodeURIComponent(agent)}/send`, request)
  } catch (error) {
    if (isOne || !(error instanceof OrchestraError) || isUnreachable(error)) throw error
    return { operation_id: request.operation_id, agent, state: 'refused', reason: error.message }
  }
}

/** `queued ID`: with `--operation-id ID` the same is asked again, and nothing is sent twice. */
function said({ state, reason, operation_id }: Receipt): string {
  const why = reason === null ? '' : `: ${reason}`
  return state === 'queued' ? `queued ${operation_id}${why}` : `${state}${why}`
}

/** As `send` takes them. */
function wordsOf(pick: Pick): readonly string[] {
  switch (pick.by) {
    case 'id':
      return [pick.id]
    case 'pattern':
      return [pick.pattern]
    case 'role':
      return ['--role', pick.role]
    case 'all':
      return ['--all']
  }
}
