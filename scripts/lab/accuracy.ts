/**
 * How often the rules are right on recorded screens, by CLI and size: `tsx scripts/lab/accuracy.ts [--list]`. `--list`
 * names what they got wrong, of the open halves only: the held ones are counted and never shown.
 */
import path from 'node:path'
import type { AgentState } from '../../lib/core/words.js'
import { agrees, explainRecording, recordingsIn, type Recording } from '../../spec/support/recordings.js'

const fixtures = path.join(import.meta.dirname, '..', '..', 'spec', 'fixtures')
const SETS = [
  ['drawn from', path.join(fixtures, 'screens')],
  ['fresh, open', path.join(fixtures, 'fresh-screens', 'open')],
  ['fresh, held', path.join(fixtures, 'fresh-screens', 'held')],
] as const

interface Count {
  all: number
  right: number
  unknown: number
  /** `working` or `waiting` called `idle`. */
  falselyIdle: number
}

const list = process.argv.includes('--list')
const wrong: string[] = []
const rows: string[] = []

for (const [name, dir] of SETS) {
  const counts = new Map<string, Count>()
  for (const recording of recordingsIn(dir)) {
    const said = explainRecording(recording)
    for (const key of [`${recording.type} ${recording.size}`, `${recording.type} all`, 'all'])
      add(counts, key, recording.state, said.state)
    if (!agrees(recording.state, said.state) && dir !== SETS[2][1]) wrong.push(line(recording, said))
  }
  rows.push(
    name,
    ...[...counts].sort(([a], [b]) => a.localeCompare(b)).map(([key, count]) => row(key, count)),
  )
}
process.stdout.write(`${rows.join('\n')}\n`)
if (list) process.stdout.write(`\n${wrong.join('\n')}\n`)

function add(counts: Map<string, Count>, key: string, recorded: AgentState, said: AgentState): void {
  const count = counts.get(key) ?? { all: 0, right: 0, unknown: 0, falselyIdle: 0 }
  counts.set(key, count)
  count.all += 1
  if (agrees(recorded, said)) count.right += 1
  else if (said === 'unknown') count.unknown += 1
  if ((recorded === 'working' || recorded === 'waiting') && said === 'idle') count.falselyIdle += 1
}

function row(key: string, { all, right, unknown, falselyIdle }: Count): string {
  const share = `${((100 * right) / all).toFixed(1)} %`
  return `  ${key.padEnd(18)} ${String(right).padStart(4)} of ${String(all).padStart(4)} right  ${share.padStart(7)}   ${unknown} unknown, ${falselyIdle} falsely idle`
}

function line({ type, name, state }: Recording, said: { state: AgentState; rule: string | null }): string {
  return `${type}/${name}: ${state}, but ${said.state} by ${said.rule}`
}
