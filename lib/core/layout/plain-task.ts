/** A task of which nothing is said but its id and title: in a layout, by `submit`, in the simulator. */
import { DEFAULT_TIER } from '../phases/plan-specs.js'
import type { RetrySpec, TaskSpec } from './model.js'

export const DEFAULT_RETRY: RetrySpec = {
  attempts: 1,
  delayMs: 10_000,
  backoff: 2,
  maxDelayMs: 600_000,
  jitter: 0.25,
  except: [],
}

export const PLAIN_TASK: Omit<TaskSpec, 'id' | 'title'> = {
  kind: 'prompt',
  prompt: null,
  command: null,
  machine: null,
  cwd: null,
  env: {},
  agent: null,
  role: null,
  fallback: null,
  needs: [],
  priority: 100,
  estimateMs: 300_000,
  timeoutMs: null,
  retry: DEFAULT_RETRY,
  outputs: [],
  verify: [],
  whenAlreadyDone: null,
  successExitCodes: [0],
  disabled: false,
  when: 'on_success',
  tier: DEFAULT_TIER,
  phase: null,
  workers: [],
  issue: null,
}
