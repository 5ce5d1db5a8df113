import { fix } from '../../core/fixes.js'
import { OrchestraError } from '../../core/errors.js'
import type { Receipt, SendRequest } from '../../core/protocol/api.js'
import { durationOption } from '../duration-option.js'
import { readStdin } from '../terminal/read-stdin.js'
import type { Verb } from '../verb.js'
import { AGENT, flag, may, text } from '../verb-arguments.js'

export const send: Verb = {
  name: 'send',
  permission: 'agents:send',
  describe: 'deliver a prompt to an agent; prints the receipt',
  positionals: [AGENT, may('text', 'the prompt; - or nothing reads standard input')],
  options: {
    'operation-id': text('the same id never submits twice'),
    wait: flag('wait for the receipt'),
    timeout: text('how long (default 2m)'),
  },
  example: 'orchestra send CG-1 "run the tests" --wait',
  run: async (c) => {
    const [agent = '', given] = c.positionals
    if (given === undefined && process.stdin.isTTY) {
      throw new OrchestraError('there is no text to send', {
        kind: 'usage',
        hint: `${fix('agent.send', agent)}, or pipe it in.`,
      })
    }
    const text = given === undefined || given === '-' ? await readStdin() : given
    if (text.trim() === '') throw new OrchestraError('there is no text to send', { kind: 'usage' })
    const operation = c.option('operation-id')
    const request: SendRequest = {
      text,
      wait: c.flag('wait'),
      timeout_ms: durationOption('timeout', c.option('timeout')) ?? 120_000,
      ...(operation === undefined ? {} : { operation_id: operation }),
    }
    const receipt = await (
      await c.connect()
    ).post<Receipt>(`/v1/agents/${encodeURIComponent(agent)}/send`, request)
    const { state } = receipt
    c.out(c.json ? `${JSON.stringify(receipt)}\n` : `${said(receipt)}\n`)
    return state === 'queued' || state === 'delivered' ? 0 : 1
  },
}

/** `queued ID`: with `--operation-id ID` the same is asked again, and nothing is sent twice. */
function said({ state, reason, operation_id }: Receipt): string {
  const why = reason === null ? '' : `: ${reason}`
  return state === 'queued' ? `queued ${operation_id}${why}` : `${state}${why}`
}
