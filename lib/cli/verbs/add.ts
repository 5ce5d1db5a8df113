import { OrchestraError } from '../../core/errors.js'
import { fix } from '../../core/fixes.js'
import { editLayout } from '../edit-layout.js'
import { snakeKeys } from '../render/snake-keys.js'
import { readStdin } from '../terminal/read-stdin.js'
import type { Verb } from '../verb.js'
import { may, need, text, YES } from '../verb-arguments.js'

export const add: Verb = {
  name: 'add',
  permission: 'agents:send',
  describe: 'add an agent to the session and to its layout file, start it, give it a prompt',
  positionals: [
    need('type', 'claude, codex, gemini, opencode, demo, shell, or a type of the layout'),
    may('prompt', 'its first prompt, or - to read that from standard input'),
  ],
  options: {
    on: text('a machine of the layout, or a name that ssh knows, which becomes one'),
    name: text('what it is called (default: the type and a number)'),
    role: text('the role whose tasks it takes'),
    cwd: text('the directory in which it works'),
    count: text('so many of them'),
    yes: YES,
  },
  example: 'orchestra add claude "Fix the failing test" --on mugen',
  run: async (c) => {
    const [type = '', said] = c.positionals
    const prompt = said === '-' ? await readStdin() : (said ?? null)
    const answer = await editLayout(c, {
      add: {
        type,
        count: countOf(c.option('count')),
        name: c.option('name') ?? null,
        on: c.option('on') ?? null,
        role: c.option('role') ?? null,
        cwd: c.option('cwd') ?? null,
        prompt,
      },
    })
    if (c.json) c.out(`${JSON.stringify(snakeKeys(answer))}\n`)
    else {
      const machine = answer.machine === null ? '' : ` with machine ${answer.machine}`
      c.out(`${answer.agents.join(', ')} added to ${answer.layout}${machine}\n`)
      for (const { agent, state, operation_id: id, reason } of answer.receipts)
        c.out(`${agent}  ${state === 'queued' ? `queued ${id}` : `${state}: ${reason ?? ''}`}\n`)
      c.out(`  attach:  ${fix('agent.attach', answer.agents[0] ?? '')}\n`)
    }
    return answer.receipts.some(({ state }) => state === 'refused') ? 1 : 0
  },
}

function countOf(given: string | undefined): number {
  if (given === undefined) return 1
  const count = Number(given)
  if (Number.isInteger(count) && count >= 1 && count <= 100) return count
  throw new OrchestraError(`--count ${given}: a number from 1 to 100 is wanted`, { kind: 'usage' })
}
