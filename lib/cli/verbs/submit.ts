import { OrchestraError } from '../../core/errors.js'
import { fix } from '../../core/fixes.js'
import type { SubmitRequest } from '../../core/protocol/api.js'
import type { RunPhase } from '../../core/run/state.js'
import { durationOption } from '../duration-option.js'
import { readStdin } from '../terminal/read-stdin.js'
import { wholeNumber } from '../whole-number.js'
import type { Verb } from '../verb.js'
import { need, text } from '../verb-arguments.js'

export const submit: Verb = {
  name: 'submit',
  permission: 'tasks:write',
  describe: 'add a task to the graph; after the end of a run it waits for `run`',
  positionals: [need('title', 'what is to be done')],
  options: {
    prompt: text('the prompt; - reads standard input (default: the title)'),
    role: text('who may do it'),
    agent: text('exactly this agent'),
    needs: { ...text('tasks that must be done before (may be repeated)'), isRepeatable: true },
    priority: text('1 comes first'),
    estimate: text('how long it will take (default 5m)'),
    outputs: { ...text('what must be there at the end (may be repeated)'), isRepeatable: true },
    verify: { ...text('a shell line that must exit 0 (may be repeated)'), isRepeatable: true },
    timeout: text('an attempt is stopped then'),
    retry: text('how many attempts in all'),
    cwd: text('in which directory'),
    machine: text('on which machine'),
    id: text('its id (default: made up)'),
  },
  example: 'orchestra submit "Fix the login page" --role implement --needs Task-2',
  run: async (c) => {
    const prompt = c.option('prompt')
    const priority = wholeNumber('--priority', c.option('priority'), {
      words: 'a whole number is wanted; 1 comes first',
    })
    const retry = wholeNumber('--retry', c.option('retry'), {
      form: /^[1-9]\d?$/,
      words: 'a number of attempts from 1 to 99 is wanted',
    })
    const timeoutMs = durationOption('timeout', c.option('timeout'))
    const estimateMs = durationOption('estimate', c.option('estimate'))
    if ((c.positionals[0] ?? '').trim() === '')
      throw new OrchestraError('a task needs a title', { kind: 'usage' })
    const request: SubmitRequest = {
      title: c.positionals[0] ?? '',
      ...(prompt === undefined ? {} : { prompt: prompt === '-' ? await readStdin() : prompt }),
      ...pick(c.option, ['role', 'agent', 'id', 'cwd', 'machine']),
      ...(c.list('outputs').length === 0 ? {} : { outputs: c.list('outputs') }),
      ...(c.all('verify').length === 0 ? {} : { verify: c.all('verify') }),
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
      ...(retry === undefined ? {} : { retry: Number(retry) }),
      ...(c.list('needs').length === 0 ? {} : { needs: c.list('needs') }),
      ...(priority === undefined ? {} : { priority: Number(priority) }),
      ...(estimateMs === undefined ? {} : { estimateMs }),
    }
    // A daemon of before says nothing of the run.
    const { task, run } = await (
      await c.connect()
    ).post<{ task: string; run?: RunPhase }>('/v1/tasks', request)
    c.out(c.json ? `${JSON.stringify({ task })}\n` : `${task}\n`)
    if (run === 'idle' || run === 'finished') {
      const why = run === 'idle' ? 'the run has not begun' : 'the run has ended'
      c.err(`${why}: ${task} waits for \`${fix('run.start')}\`\n`)
    }
    if (run === 'paused') c.err(`the run is paused: ${task} waits for \`${fix('run.resume')}\`\n`)
    return 0
  },
}

function pick(
  option: (name: string) => string | undefined,
  names: readonly string[],
): Record<string, string> {
  return Object.fromEntries(names.flatMap((n) => (option(n) === undefined ? [] : [[n, option(n) as string]])))
}
