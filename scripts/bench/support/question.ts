/**
 * A question is a file of this folder: it measures orchestra and what it is compared with in turn, in one call, and
 * answers with a table and the targets that it was asked about.
 */
import { realpathSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { formatTable } from './table.js'

export type Cell = string | number | null

export interface Target {
  readonly text: string
  readonly value: number | null
  readonly limit: number
  readonly unit: string
  /** `most`: the value may not be over the limit. */
  readonly kind: 'most' | 'least'
}

export interface Answer {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly Cell[])[]
  readonly targets: readonly Target[]
  readonly notes: readonly string[]
}

export interface BenchOptions {
  /** How often each candidate is measured; undefined: what the question thinks right. */
  readonly rounds: number | undefined
  readonly quick: boolean
  /** Progress, on stderr. */
  readonly say: (text: string) => void
}

export interface Question {
  readonly name: string
  readonly title: string
  readonly measure: (options: BenchOptions) => Promise<Answer>
}

export interface Outcome extends Answer {
  readonly question: string
  readonly title: string
  readonly at: string
  readonly seconds: number
  readonly load1: readonly [number, number]
}

export async function ask(question: Question, options: BenchOptions): Promise<Outcome> {
  const since = performance.now()
  const before = loadavg()[0] ?? 0
  const answer = await question.measure(options)
  return {
    question: question.name,
    title: question.title,
    at: new Date().toISOString(),
    seconds: Math.round((performance.now() - since) / 100) / 10,
    load1: [before, loadavg()[0] ?? 0],
    ...answer,
  }
}

export function isMet({ value, limit, kind }: Target): boolean {
  return value !== null && (kind === 'most' ? value <= limit : value >= limit)
}

export function printOutcome(outcome: Outcome): string {
  const [before, after] = outcome.load1
  const targets = outcome.targets.map((target) => {
    const { text, value, limit, unit, kind } = target
    const bound = `${kind === 'most' ? 'at most' : 'at least'} ${limit}${unit}`
    return `  ${isMet(target) ? 'met   ' : 'MISSED'}  ${text}: ${value ?? '-'}${unit} (${bound})`
  })
  return [
    `${outcome.title}   [${outcome.question}, ${outcome.seconds} s, load ${before.toFixed(1)} → ${after.toFixed(1)} on ${cpus().length} cores]`,
    '',
    ...formatTable(outcome.columns, outcome.rows),
    ...(targets.length > 0 ? ['', ...targets] : []),
    ...outcome.notes.map((note) => `  ${note}`),
    '',
  ].join('\n')
}

export function benchOptions(argv: readonly string[] = process.argv.slice(2)): BenchOptions & {
  readonly json: boolean
  readonly only: readonly string[]
} {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      rounds: { type: 'string' },
      quick: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  })
  return {
    rounds: values.rounds === undefined ? undefined : Number(values.rounds),
    quick: values.quick,
    json: values.json,
    only: positionals,
    say: (text) => void process.stderr.write(`${text}\n`),
  }
}

/** At the end of a question's file: asks it when the file itself was started. */
export async function askWhenMain(question: Question, moduleUrl: string): Promise<void> {
  const started = process.argv[1]
  if (started === undefined || realpathSync(started) !== fileURLToPath(moduleUrl)) return
  const options = benchOptions()
  const outcome = await ask(question, options)
  process.stdout.write(options.json ? `${JSON.stringify(outcome)}\n` : printOutcome(outcome))
}
