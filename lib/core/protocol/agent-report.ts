/**
 * Reads what stands in an agent's directory: what the agent reported (untrusted: the agent may write anything there
 * itself) and what our launcher left. Nothing is believed that does not carry the attempt's nonce and the right owner.
 */
import { safeText } from '../text/safe-text.js'
import type { Millis } from '../time.js'
import { TASK_STATUSES } from '../words.js'
import type { TaskStatus } from '../words.js'
import { readRecord } from './untrusted-record.js'
import type { Decoded, UntrustedRecord } from './untrusted-record.js'

export type { Decoded } from './untrusted-record.js'

/** `status.json` */
export interface AgentReport {
  readonly status: TaskStatus
  /** 0…1 */
  readonly progress: number | null
  /** Sanitised, at most 4,000 characters. */
  readonly text: string | null
  readonly updatedAt: Millis | null
  /** Path relative to the agent's directory. */
  readonly checkpoint: string | null
  readonly outputFiles: readonly string[]
  readonly errors: readonly string[]
}

export interface ExpectedReport {
  readonly agent: string
  readonly task: string
  readonly nonce: string
  /** When given, a report from more than a day ahead is refused. */
  readonly now?: Millis
}

export function decodeAgentStatus(text: string, expect: ExpectedReport): Decoded<AgentReport> {
  return readRecord(text, (record) => {
    checkOwner(record, expect)
    const updatedAt = record.time('updated_at')
    if (expect.now !== undefined && (updatedAt ?? 0) > expect.now + 86_400_000) {
      throw record.wrong('updated_at lies in the future')
    }
    return {
      status: statusWord(record),
      progress: record.number('progress', 0, 1),
      text: shown(record.text('text')),
      updatedAt,
      checkpoint: checkpointPath(record, expect.task),
      outputFiles: record.texts('output_files').map(safeText),
      errors: record.texts('errors').map((error) => safeText(error).slice(0, 4000)),
    }
  })
}

/** `results/<attempt>.json` */
export interface AgentResult {
  readonly outcome: 'done' | 'fail' | 'blocked'
  readonly text: string | null
  readonly endedAt: Millis | null
}

export function decodeAgentResult(
  text: string,
  expect: ExpectedReport & { readonly attempt: string },
): Decoded<AgentResult> {
  return readRecord(text, (record) => {
    checkOwner(record, expect)
    record.mustBe('attempt', expect.attempt)
    const outcome = record.text('outcome')
    if (outcome !== 'done' && outcome !== 'fail' && outcome !== 'blocked') {
      throw record.wrong('outcome is none of done, fail, blocked')
    }
    return { outcome, text: shown(record.text('text')), endedAt: record.time('ended_at') }
  })
}

/** `gen.N/exit.json`: how the launcher's program ended. */
export interface ExitRecord {
  /** null: the pane was closed, and with it the only one who could have known. */
  readonly exitCode: number | null
  /** Without SIG. A shell cannot tell a program that a signal ended from one that exits with 128 + n. */
  readonly signal: string | null
  readonly timedOut: boolean
  /** Processes of the start that could not be ended. */
  readonly left: readonly number[]
  readonly startedAt: Millis
  readonly endedAt: Millis
}

export function decodeExitRecord(
  text: string,
  expect: { readonly agent: string; readonly generation: number; readonly nonce: string | null },
): Decoded<ExitRecord> {
  return readRecord(text, (record) => {
    record.mustBe('agent', expect.agent)
    record.mustBe('generation', expect.generation)
    record.mustBe('nonce', expect.nonce ?? '')
    const signal = record.text('signal')
    if (signal !== null && !/^[A-Z0-9+-]{1,12}$/.test(signal)) throw record.wrong('signal is no name')
    const startedAt = record.time('started_at')
    const endedAt = record.time('ended_at')
    if (startedAt === null || endedAt === null) throw record.wrong('the times are missing')
    return {
      exitCode: record.integer('exit_code', 0, 255),
      signal,
      timedOut: record.flag('timed_out'),
      left: (record.text('left') ?? '')
        .split(' ')
        .filter((pid) => /^\d{1,10}$/.test(pid))
        .map(Number),
      startedAt,
      endedAt,
    }
  })
}

/** `gen.N/process.json`: the program's process, told apart from later ones with the same pid. */
export interface ProcessRecord {
  readonly pid: number
  /** When it started, in the kernel's words; compare for equality only. */
  readonly start: string
  readonly launcher: number
  readonly launcherStart: string
  /** Empty where the system has none. */
  readonly bootId: string
  readonly startedAt: Millis | null
}

export function decodeProcessRecord(text: string): Decoded<ProcessRecord> {
  return readRecord(text, (record) => {
    const pid = record.integer('pid', 2, 2 ** 31)
    const launcher = record.integer('launcher', 2, 2 ** 31)
    if (pid === null || launcher === null) throw record.wrong('the pids are missing')
    return {
      pid,
      start: record.text('start') ?? '',
      launcher,
      launcherStart: record.text('launcher_start') ?? '',
      bootId: record.text('boot_id') ?? '',
      startedAt: record.time('started_at'),
    }
  })
}

/** The nonce comes last: a reason must not tell a guesser more than that the rest was right. */
function checkOwner(record: UntrustedRecord, expect: ExpectedReport): void {
  record.mustBe('agent_id', expect.agent)
  record.mustBe('task_id', expect.task)
  record.mustBe('nonce', expect.nonce)
}

function statusWord(record: UntrustedRecord): TaskStatus {
  const word = record.text('status')?.toUpperCase()
  const status = TASK_STATUSES.find((known) => known === word)
  if (status === undefined) throw record.wrong(`status is none of ${TASK_STATUSES.join(', ')}`)
  return status
}

/** Only the place where the report program puts it: the path is read by us on that machine. */
function checkpointPath(record: UntrustedRecord, task: string): string | null {
  const path = record.text('checkpoint')
  return path === `checkpoints/${task}` ? path : null
}

function shown(text: string | null): string | null {
  return text === null ? null : safeText(text).slice(0, 4000)
}
