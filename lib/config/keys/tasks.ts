/** `tasks:`. */
import * as z from 'zod'
import type { AgentId, MachineId, TaskId } from '../../core/ids.js'
import type { Report } from '../../core/layout/report.js'
import {
  ACTS,
  DEFAULT_RETRY,
  PLAIN_TASK,
  WHEN,
  type Act,
  type RetrySpec,
  type TaskSpec,
} from '../../core/layout/task-spec.js'
import { TIERS } from '../../core/phases/plan-specs.js'
import { isMap } from '../located.js'
import { taskIssue } from './github.js'
import { keys, whole, type Docs, type Key, type Values } from './key.js'
import {
  bases,
  count,
  duration,
  env,
  flag,
  id,
  number,
  numbers,
  path,
  section,
  text,
  texts,
  title,
  withTemplates,
  word,
} from './kinds.js'
import { textOf } from './read.js'
import { treeOfTask } from './trees.js'

const reason = () => ({
  schema: () =>
    z.string().regex(/^(exit:\d{1,3}|timeout|verify|outputs|blocked|lost)$/, {
      error: 'is no reason: exit:CODE, timeout, verify, outputs, blocked or lost',
    }),
  read: textOf,
})

const retry = keys(() => ({
  attempts: count(1, 100),
  delay: duration(),
  backoff: number(() => z.number().min(1).max(100)),
  max_delay: duration(),
  jitter: number(() => z.number().min(0).max(1)),
  except: texts(reason()),
}))

const ATTEMPTS = 'attempts in all, the first included: what the number alone means'
export const RETRY_DOCS: Docs<typeof retry> = {
  attempts: ATTEMPTS,
  delay: 'before the second attempt; default 10s',
  backoff: 'each delay is so many times the one before, up to `max_delay`; default 2, 10m',
  max_delay: 'each delay is so many times the one before, up to `max_delay`; default 2, 10m',
  jitter: 'the share of the delay that is added at random; default 0.25',
  except: 'never after these: `exit:CODE` `timeout` `verify` `outputs` `blocked` `lost`',
}

function expandRetry(value: unknown): RetrySpec {
  if (typeof value === 'number') return { ...DEFAULT_RETRY, attempts: value }
  const { attempts, delay, backoff, max_delay, jitter, except, ...rest } = retry.read(value)
  return whole<RetrySpec>()({
    ...rest,
    attempts: attempts ?? DEFAULT_RETRY.attempts,
    delayMs: delay ?? DEFAULT_RETRY.delayMs,
    backoff: backoff ?? DEFAULT_RETRY.backoff,
    maxDelayMs: max_delay ?? DEFAULT_RETRY.maxDelayMs,
    jitter: jitter ?? DEFAULT_RETRY.jitter,
    except: except ?? DEFAULT_RETRY.except,
  })
}

const retryKey = (): Key<RetrySpec> => ({
  schema: () => z.union([count(1, 100).schema(), retry.schema()]),
  read: expandRetry,
})

const task = keys(() => ({
  extends: bases(),
  title: title(),
  type: word('prompt', 'command', ...ACTS),
  prompt: text(),
  prompt_file: path(),
  command: text(),
  machine: id<MachineId>(),
  cwd: path(),
  env: env(),
  agent: id<AgentId>(),
  role: id(),
  fallback: id(),
  needs: texts(id()),
  priority: count(1, 1_000_000),
  estimate: duration(),
  timeout: duration(),
  retry: retryKey(),
  outputs: texts(path()),
  verify: texts(text()),
  when_already_done: text(),
  success_exit_codes: numbers(count(0, 255)),
  disabled: flag(),
  when: word(...WHEN),
  tier: word(...TIERS),
  issue: taskIssue(),
  tree: treeOfTask(),
}))

const WORK = 'what the agent is asked to do: the text, or a file with it; without both the title'
const WHO = 'who may do it. Neither: any agent'
export const TASK_DOCS: Docs<typeof task> = {
  extends: 'a template, or several, of which the later wins ([templates](#templates))',
  title: 'a short line for people',
  type: '`prompt` (default), for an agent; `command`: `command` is run by `sh -c` on `machine`, and ends with its exit status; `merge`, `pr`: the branches of what it needs are landed, or offered as a pull request ([merging.md](merging.md))',
  prompt: WORK,
  prompt_file: WORK,
  command: 'for `type: command`',
  machine: 'on which machine; a command without it runs on this one',
  cwd: 'in which [directory](#directories)',
  env: 'over the environment of its machine',
  agent: WHO,
  role: WHO,
  fallback: 'an agent or a role that may take it when nobody else can',
  needs: 'tasks, gates and phases; it starts when all are through',
  priority: '1 comes first; default 100',
  estimate: 'for the schedule and the forecast; default 5m',
  timeout: 'the attempt is stopped then',
  retry: 'a number of attempts, or the keys below',
  outputs: 'must be there at the end and not be empty; a trailing `/` is a directory',
  verify: 'shell lines on the machine of the work; each must exit 0',
  when_already_done: 'a shell line; exit 0: COMPLETED without an attempt',
  success_exit_codes: 'of `type: command`; default 0',
  disabled: '`true`: it never starts',
  when: '`on_success` (default); `on_failure`: it starts when something that it needs has FAILED, timed out included, and is left out when all of that is COMPLETED',
  tree: 'a pool of `trees`: it is done in a [worktree](worktrees.md) of its own',
  tier: '`P0`, `P1` (default), `P2`: who goes first ([plan.md](plan.md))',
  issue: 'the number of its issue, or `create`: one is made, once ([github.md](github.md))',
}

const entry = () => z.union([title().schema(), task.schema()])
export const tasks = () => withTemplates(section<TaskId>(entry), entry)

/** The prompt files that tasks name, by task. */
export function promptFiles(entries: readonly (readonly [TaskId, unknown])[]): (readonly [TaskId, string])[] {
  return entries.flatMap(([id, value]) => {
    const { prompt_file } = task.read(value)
    return prompt_file === null ? [] : [[id, prompt_file] as const]
  })
}

/** @param prompts the texts of the prompt files, by task */
export function expandTasks(
  entries: readonly (readonly [TaskId, unknown])[],
  local: MachineId,
  prompts: ReadonlyMap<string, string>,
  report: Report,
): TaskSpec[] {
  return entries.map(([id, value]) => {
    const values = task.read(value)
    // A task that is only a line: what is to be done.
    const title = typeof value === 'string' ? value : values.title
    const type = values.type ?? (isMap(value) && task.has(value, 'command') ? 'command' : 'prompt')
    const prompt = values.prompt ?? prompts.get(id) ?? title
    checkTask(id, value, type, prompt, report)
    return taskOf(id, { ...values, title, prompt, type }, local)
  })
}

function taskOf(id: TaskId, values: Values<typeof task>, local: MachineId): TaskSpec {
  const {
    extends: _of,
    type,
    title,
    prompt,
    prompt_file: _read,
    command,
    machine,
    needs,
    priority,
    ...more
  } = values
  const { estimate, timeout, outputs, verify, when_already_done, success_exit_codes, when, tier, ...rest } =
    more
  const act = ACTS.find((one) => one === type) ?? null
  const kind = act !== null || type === 'command' ? 'command' : 'prompt'
  return whole<TaskSpec>()({
    ...rest,
    id,
    title: title ?? id,
    kind,
    prompt: kind === 'prompt' ? prompt : null,
    command: type === 'command' ? command : null,
    act,
    base: PLAIN_TASK.base,
    machine: machine ?? (kind === 'command' ? local : null),
    needs: [...new Set(needs)],
    priority: priority ?? PLAIN_TASK.priority,
    estimateMs: estimate ?? PLAIN_TASK.estimateMs,
    timeoutMs: timeout,
    outputs: outputs ?? PLAIN_TASK.outputs,
    verify: verify ?? PLAIN_TASK.verify,
    whenAlreadyDone: when_already_done,
    successExitCodes: success_exit_codes ?? PLAIN_TASK.successExitCodes,
    when: when ?? PLAIN_TASK.when,
    tier: tier ?? PLAIN_TASK.tier,
    phase: PLAIN_TASK.phase,
    workers: PLAIN_TASK.workers,
  })
}

function checkTask(
  id: TaskId,
  value: unknown,
  type: TaskSpec['kind'] | Act,
  prompt: string | null,
  report: Report,
): void {
  const path = ['tasks', id]
  const has = (key: Parameters<typeof task.has>[1]) => isMap(value) && task.has(value, key)
  if (type === 'merge' || type === 'pr') {
    for (const key of [
      'command',
      'prompt',
      'prompt_file',
      'agent',
      'role',
      'fallback',
      'verify',
      'outputs',
    ] as const) {
      if (has(key)) report([...path, key], `orchestra does this itself, so that ${key} means nothing here`)
    }
    return
  }
  if (type === 'command') {
    if (!has('command')) report([...path, 'type'], `task ${id} is of type command and needs a command`)
    for (const key of ['prompt', 'prompt_file', 'agent', 'role', 'fallback'] as const) {
      if (has(key))
        report([...path, key], `a command is run by orchestra itself, so that ${key} means nothing here`)
    }
    return
  }
  if (has('command')) report([...path, 'command'], 'a command goes with type: command')
  if (has('prompt') && has('prompt_file')) {
    report([...path, 'prompt_file'], 'a task has either prompt or prompt_file, not both')
  }
  if (isMap(value) && prompt === null && !(['title', 'prompt', 'prompt_file'] as const).some(has)) {
    report(path, `task ${id} says nothing of what is to be done: give it a title, prompt or prompt_file`)
  }
}
