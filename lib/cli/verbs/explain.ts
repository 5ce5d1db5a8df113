import { readFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { explainScreen } from '../../agents/explain-screen.js'
import { loadRules } from '../../config/load-rules.js'
import { fix } from '../../core/fixes.js'
import { OrchestraError, messageOf } from '../../core/errors.js'
import { homePaths } from '../../home/paths.js'
import { renderExplain, type Explanation } from '../render/explain.js'
import { readStdin } from '../terminal/read-stdin.js'
import type { Verb, VerbContext } from '../verb.js'
import { flag, may, text } from '../verb-arguments.js'

/** An agent of the running session, or (without any daemon) a recorded screen. */
export const explain: Verb = {
  name: 'explain',
  permission: 'screens:read',
  describe: 'why an agent is in its state: screen, title, rule, evidence, age, confidence',
  positionals: [may('agent', 'an agent; or give --type and --screen')],
  options: {
    type: text('the agent type of a recorded screen'),
    screen: text('a file with a recorded screen, or - for standard input'),
    title: text("the pane's title"),
    'agent-version': text('the version of the CLI'),
    batch: flag('read JSON lines { type, version, title, screen } and answer each with a line'),
  },
  example: 'orchestra explain --type codex --screen screen.txt --json',
  run: async (c) => {
    if (c.flag('batch')) return batch(c)
    const screen = c.option('screen')
    const agent = c.positionals[0]
    const look = { cols: c.cols, ascii: c.ascii, color: c.color, now: Date.now() }
    if (screen !== undefined) {
      const type = c.option('type')
      if (type === undefined)
        throw new OrchestraError('--screen needs --type', {
          kind: 'usage',
          hint: fix('screen.explain'),
        })
      const text = screen === '-' ? await readStdin() : await readScreen(screen)
      const answer = (await explainer(c))({
        type,
        screen: text,
        title: c.option('title') ?? '',
        version: c.option('agent-version') ?? null,
      })
      c.out(c.json ? `${JSON.stringify(answer)}\n` : renderExplain({ ...answer, type }, look))
      return 0
    }
    if (agent === undefined)
      throw new OrchestraError('explain needs an agent, or --type and --screen', { kind: 'usage' })
    const answer = await (
      await c.connect()
    ).get<Explanation>(`/v1/agents/${encodeURIComponent(agent)}/explain`)
    c.out(c.json ? `${JSON.stringify(answer)}\n` : renderExplain(answer, look))
    return 0
  },
}

async function readScreen(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    throw new OrchestraError(`${file} cannot be read`, { kind: 'usage', cause })
  }
}

interface Recorded {
  readonly type: string
  readonly version: string | null
  readonly title: string
  readonly screen: string
}

type Explain = (recorded: Recorded) => ReturnType<typeof explainScreen>

/** With the user's own rules, as the daemon uses them; a file that counts for nothing is said. */
async function explainer(c: VerbContext): Promise<Explain> {
  const { overrides, problems } = await loadRules(homePaths(c.env).config)
  for (const problem of problems) c.err(`warning: ${problem}\n`)
  return (recorded) => {
    const override = overrides.get(recorded.type)
    return explainScreen(override === undefined ? recorded : { ...recorded, override })
  }
}

/** One answer a line, in the order of the questions; a line that is not a question gets `{ "error" }`. */
async function batch(c: VerbContext): Promise<number> {
  let code = 0
  const explainOne = await explainer(c)
  for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
    if (line.trim() === '') continue
    try {
      const { type, version, title, screen } = JSON.parse(line) as Partial<Record<keyof Recorded, unknown>>
      if (typeof type !== 'string' || typeof screen !== 'string')
        throw new Error('type and screen are wanted, both text')
      const answer = explainOne({
        type,
        screen,
        title: typeof title === 'string' ? title : '',
        version: typeof version === 'string' ? version : null,
      })
      c.out(`${JSON.stringify(answer)}\n`)
    } catch (error) {
      code = 2
      c.out(`${JSON.stringify({ error: messageOf(error) })}\n`)
    }
  }
  return code
}
