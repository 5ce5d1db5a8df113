import { loadRules } from '../../config/load-rules.js'
import { OrchestraError } from '../../core/errors.js'
import { fix } from '../../core/fixes.js'
import type { FoundAgent } from '../../core/protocol/look.js'
import { homePaths } from '../../home/paths.js'
import { lookAround } from '../../look/look-around.js'
import { editLayout } from '../edit-layout.js'
import { snakeKeys } from '../render/snake-keys.js'
import type { Verb, VerbContext } from '../verb.js'
import { need, text, YES } from '../verb-arguments.js'

const LIMIT_MS = 5000

export const adopt: Verb = {
  name: 'adopt',
  permission: 'agents:send',
  describe:
    'take an agent that runs in a tmux of yours into the layout: shown, sent to, answered, never restarted or ended',
  notOverApi: 'looks at the pane from this machine',
  positionals: [need('address', '[HOST:][SOCKET:]PANE, as look prints it')],
  options: {
    as: text('what it is called (default: its type and a number)'),
    yes: YES,
  },
  example: 'orchestra adopt mugen:default:%3 --as api',
  run: async (c) => {
    const given = c.positionals[0] ?? ''
    const found = await agentAt(c, given)
    if (found.managed !== null)
      throw new OrchestraError(`${given} is ${found.managed} of an orchestra already`, { kind: 'refused' })
    const answer = await editLayout(c, {
      adopt: {
        type: found.type,
        name: c.option('as') ?? null,
        on: found.host,
        socket: found.socket ?? 'default',
        pane: found.pane ?? '',
        pid: found.pid ?? 0,
        cwd: found.cwd,
      },
    })
    if (c.json) c.out(`${JSON.stringify(snakeKeys(answer))}\n`)
    else {
      const machine = answer.machine === null ? '' : ` with machine ${answer.machine}`
      c.out(`${given} is ${answer.agents.join(', ')} now, in ${answer.layout}${machine}\n`)
    }
    return 0
  },
}

/** Two words may be a socket here, or a host with tmux's own socket: what is here counts first. */
async function agentAt(c: VerbContext, given: string): Promise<FoundAgent> {
  const words = given.split(':')
  const pane = words.at(-1) ?? ''
  if (!/^%\d{1,9}$/.test(pane) || words.length > 3 || words.includes(''))
    throw new OrchestraError(`${given} is not an address`, {
      kind: 'usage',
      hint: `Write [HOST:][SOCKET:]PANE; \`${fix('look.around')}\` prints it.`,
    })
  const [first = 'default', second] = words.slice(0, -1)
  const places: readonly (readonly [string | null, string])[] =
    words.length === 3
      ? [[first, second ?? 'default']]
      : words.length === 2
        ? [[null, first], ...(first.startsWith('/') ? [] : [[first, 'default'] as const])]
        : [[null, 'default']]
  let why: string | null = null
  for (const [host, socket] of places) {
    const doc = await lookAround({
      here: host === null,
      hosts: host === null ? [] : [host],
      env: c.env,
      rules: (await loadRules(homePaths(c.env).config)).overrides,
      limitMs: LIMIT_MS,
      wanted: { socket, pane },
    })
    const found = doc.agents.find((one) => one.socket === socket && one.pane === pane)
    if (found !== undefined) return found
    const [machine] = doc.machines
    if (machine !== undefined && machine.state !== 'answered')
      why = `${machine.host}: ${machine.reason ?? machine.state}`
  }
  throw new OrchestraError(`there is no pane ${given}${why === null ? '' : ` (${why})`}`, {
    kind: why === null ? 'usage' : 'unreachable',
    hint: `\`${fix('look.around')}\` shows what runs where.`,
  })
}
