import type { AgentId, MachineId, TaskId } from '../../core/ids.js'
import type { RetrySpec, TaskSpec } from '../../core/layout/model.js'
import type { Report } from '../../core/layout/report.js'
import type { YamlMap } from '../located.js'
import { isMap } from '../located.js'
import { DEFAULT_TIER, TIERS } from '../../core/phases/plan-specs.js'
import * as read from './read.js'

export const DEFAULT_RETRY: RetrySpec = {
  attempts: 1,
  delayMs: 10_000,
  backoff: 2,
  maxDelayMs: 600_000,
  jitter: 0.25,
  except: [],
}
const DEFAULT_ESTIMATE_MS = 300_000
const KINDS = ['prompt', 'command'] as const

/** `prompts` are the texts of the prompt files, by task. */
export function expandTasks(
  root: YamlMap,
  local: MachineId,
  prompts: ReadonlyMap<string, string>,
  report: Report,
): TaskSpec[] {
  return Object.entries(read.map(root, 'tasks')).map(([id, value]) => {
    // A task that is only a line: what is to be done.
    const map = isMap(value) ? value : (Object.create(null) as YamlMap)
    const title = typeof value === 'string' ? value : read.text(map, 'title')
    const kind = read.oneOf(map, 'type', KINDS) ?? ('command' in map ? 'command' : 'prompt')
    const prompt = read.text(map, 'prompt') ?? prompts.get(id) ?? title
    checkTask(id, map, kind, prompt, isMap(value), report)
    return {
      id: id as TaskId,
      title: title ?? id,
      kind,
      prompt: kind === 'prompt' ? prompt : null,
      command: kind === 'command' ? read.text(map, 'command') : null,
      machine: (read.text(map, 'machine') as MachineId | null) ?? (kind === 'command' ? local : null),
      cwd: read.text(map, 'cwd'),
      env: read.env(map, 'env'),
      agent: read.text(map, 'agent') as AgentId | null,
      role: read.text(map, 'role'),
      fallback: read.text(map, 'fallback'),
      needs: [...new Set(read.texts(map, 'needs'))],
      priority: read.number(map, 'priority') ?? 100,
      estimateMs: read.duration(map, 'estimate') ?? DEFAULT_ESTIMATE_MS,
      timeoutMs: read.duration(map, 'timeout'),
      retry: expandRetry(map['retry']),
      outputs: read.texts(map, 'outputs'),
      verify: read.texts(map, 'verify'),
      whenAlreadyDone: read.text(map, 'when_already_done'),
      successExitCodes: 'success_exit_codes' in map ? read.numbers(map, 'success_exit_codes') : [0],
      disabled: read.boolean(map, 'disabled'),
      tier: read.oneOf(map, 'tier', TIERS) ?? DEFAULT_TIER,
      phase: null,
      workers: [],
    }
  })
}

function checkTask(
  id: string,
  map: YamlMap,
  kind: TaskSpec['kind'],
  prompt: string | null,
  isWhole: boolean,
  report: Report,
): void {
  const path = ['tasks', id]
  if (kind === 'command') {
    if (!('command' in map)) report([...path, 'type'], `task ${id} is of type command and needs a command`)
    for (const key of ['prompt', 'prompt_file', 'agent', 'role', 'fallback']) {
      if (key in map)
        report([...path, key], `a command is run by orchestra itself, so that ${key} means nothing here`)
    }
    return
  }
  if ('command' in map) report([...path, 'command'], 'a command goes with type: command')
  if ('prompt' in map && 'prompt_file' in map) {
    report([...path, 'prompt_file'], 'a task has either prompt or prompt_file, not both')
  }
  if (isWhole && prompt === null && !['title', 'prompt', 'prompt_file'].some((key) => key in map)) {
    report(path, `task ${id} says nothing of what is to be done: give it a title, prompt or prompt_file`)
  }
}

function expandRetry(value: unknown): RetrySpec {
  if (typeof value === 'number') return { ...DEFAULT_RETRY, attempts: value }
  if (!isMap(value)) return DEFAULT_RETRY
  return {
    attempts: read.number(value, 'attempts') ?? DEFAULT_RETRY.attempts,
    delayMs: read.duration(value, 'delay') ?? DEFAULT_RETRY.delayMs,
    backoff: read.number(value, 'backoff') ?? DEFAULT_RETRY.backoff,
    maxDelayMs: read.duration(value, 'max_delay') ?? DEFAULT_RETRY.maxDelayMs,
    jitter: read.number(value, 'jitter') ?? DEFAULT_RETRY.jitter,
    except: read.texts(value, 'except'),
  }
}
