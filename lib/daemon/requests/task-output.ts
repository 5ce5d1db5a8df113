/** What the commands of a task or a gate printed: while they run read on their machine, afterwards from the run directory. */
import { OrchestraError } from '../../core/errors.js'
import { fix } from '../../core/fixes.js'
import { askedId } from '../../core/ids.js'
import { commandGroups } from '../../core/gates/criteria.js'
import { didYouMean } from '../../core/layout/did-you-mean.js'
import type { OutputPage } from '../../core/protocol/api.js'
import { outputName } from '../../core/protocol/output-name.js'
import type { AttemptRecord } from '../../core/run/state.js'
import { safeLines } from '../../core/text/safe-lines.js'
import { safeText } from '../../core/text/safe-text.js'
import { outputNames, readOutput } from '../../store/output-files.js'
import { plainOutput } from '../agents/plain-text.js'
import type { Reading } from '../kernel/reading.js'
import { jobKey, verifyKey } from '../machines/job-name.js'

interface OutputQuery {
  /** null: the newest. */
  readonly attempt: number | null
  /** In bytes. */
  readonly from: number
}

/** Of one page: an answer of many MB would hold up the others. */
const PAGE = 256 * 1024

export async function readTaskOutput(run: Reading, id: string, query: OutputQuery): Promise<OutputPage> {
  const { attempts, gates, tasks } = run.loop.state
  const task = tasks.get(askedId(id))
  if (task === undefined) {
    if (gates.has(askedId(id))) return gateOutput(run, id, query.from)
    throw new OrchestraError(`there is no task ${id}${didYouMean(id, [...tasks.keys(), ...gates.keys()])}`, {
      kind: 'usage',
      hint: `\`${fix('task.list')}\` lists them.`,
    })
  }
  const mine = task.attempts.flatMap((one) => attempts.get(one) ?? [])
  const attempt = query.attempt === null ? mine.at(-1) : mine.find(({ number }) => number === query.attempt)
  if (attempt === undefined) {
    const there = mine.map(({ number }) => number).join(', ')
    throw new OrchestraError(
      query.attempt === null || mine.length === 0
        ? `${id} has not been tried yet: it has no output`
        : `${id} has no attempt ${query.attempt}`,
      { kind: 'refused', ...(there === '' ? {} : { hint: `Its attempts: ${there}.` }) },
    )
  }
  return attemptOutput(run, attempt, query.from)
}

async function attemptOutput({ parts }: Reading, attempt: AttemptRecord, from: number): Promise<OutputPage> {
  const runDir = parts.runDirectory.path
  const about = { of: attempt.id, agent: attempt.agent }
  const printed = readOutput(runDir, outputName(jobKey(attempt.id)))
  const isRunning = attempt.phase === 'starting' || attempt.phase === 'running'
  if (isRunning && printed === null && attempt.agent === null) {
    const live = await parts.outputs.running(attempt, from)
    return { ...about, ...page(live.bytes, from, false), waits: live.waits }
  }
  const checks = attempt.told.task.verify.flatMap((command, i) => {
    const text = readOutput(runDir, outputName(verifyKey(attempt.id, i)))
    if (text === null) return []
    const check = attempt.checks[i]
    const end = check === undefined ? '' : check.ok ? ': passed' : `: exit status ${check.exitCode ?? '?'}`
    return [Buffer.from(`[verify ${i + 1}: ${safeText(command)}${end}]\n`), text]
  })
  const all = Buffer.concat([printed ?? Buffer.alloc(0), ...checks])
  return { ...about, ...page(all.subarray(from), from, attempt.phase === 'ended'), waits: null }
}

/** Of its last checks. */
function gateOutput({ loop, parts }: Reading, id: string, from: number): OutputPage {
  const runDir = parts.runDirectory.path
  const spec = loop.state.gates.get(askedId(id))?.spec
  const commands = spec === undefined ? [] : commandGroups(spec).flatMap((group) => group.commands)
  const names = outputNames(runDir, `gate.${id}.`).map((name) => ({
    name,
    parts: name.split('.').slice(-2).map(Number),
  }))
  const last = Math.max(...names.map(({ parts }) => parts[0] ?? 0))
  const all = names
    .filter(({ parts }) => parts[0] === last)
    .toSorted((a, b) => (a.parts[1] ?? 0) - (b.parts[1] ?? 0))
    .flatMap(({ name, parts }) => [
      Buffer.from(`[verify ${parts[1]}: ${safeText(commands[(parts[1] ?? 1) - 1] ?? '')}]\n`),
      readOutput(runDir, name) ?? Buffer.alloc(0),
    ])
  return { of: id, agent: null, ...page(Buffer.concat(all).subarray(from), from, true), waits: null }
}

/** Whole lines, as long as more may come. */
function page(
  rest: Buffer,
  from: number,
  isOver: boolean,
): Pick<OutputPage, 'text' | 'next' | 'more' | 'over'> {
  const part = rest.subarray(0, PAGE)
  const isLast = isOver && part.length === rest.length
  const line = part.lastIndexOf(10) + 1
  const taken = isLast || (line === 0 && part.length === PAGE) ? part.length : line
  const text = safeLines(plainOutput(part.subarray(0, taken).toString('utf8')))
  return {
    text: isLast && text !== '' && !text.endsWith('\n') ? `${text}\n` : text,
    next: from + taken,
    more: rest.length > PAGE,
    over: isLast,
  }
}
