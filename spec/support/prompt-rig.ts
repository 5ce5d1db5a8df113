/**
 * Prompts into agents that misbehave, and the books of both sides held against each other: what the fake TUIs took for
 * prompts (their ledgers) and what the daemon said of each (its receipts).
 */
import { buildSync } from 'esbuild'
import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { ApiClient } from '../../lib/api/client.js'
import { fitsScreen } from '../../lib/core/delivery/plan-delivery.js'
import { sanitizePrompt } from '../../lib/core/delivery/sanitize-prompt.js'
import type { Receipt } from '../../lib/core/protocol/api.js'
import type { Random } from '../../lib/simulate/random.js'
import type { FakeTuiOrders, FakeTuiRecord } from './fake-tui.js'
import type { Orchestra } from './orchestra.js'
import { faultOf, type TuiFault } from './tui-faults.js'

const ROOT = resolve(import.meta.dirname, '../..')

/** The fake TUI as one file: it starts at once. */
export function bundleFakeTui(dir: string): string {
  const outfile = join(dir, 'fake-tui.cjs')
  buildSync({
    entryPoints: [join(ROOT, 'spec/support/fake-tui.ts')],
    bundle: true,
    platform: 'node',
    format: 'cjs',
    outfile,
    logLevel: 'error',
  })
  return outfile
}

export interface TuiAgent {
  readonly id: string
  /** As the layout calls it; undefined: the local one. */
  readonly machine?: string
  readonly orders: FakeTuiOrders
}

export function promptLayout(
  orchestra: Orchestra,
  session: string,
  agents: readonly TuiAgent[],
  machines: string,
): string {
  const program = orchestra.write('fake.sh', `exec node ${bundleFakeTui(orchestra.work)} "$@"\n`)
  const rows = agents.map(
    ({ id, machine, orders }) =>
      `  ${id}: { type: fake, ${machine === undefined ? '' : `machine: ${machine}, `}env: { FAKE_TUI: '${JSON.stringify(orders)}', FAKE_TUI_LOG: ${ledgerOf(orchestra, id)} } }`,
  )
  return orchestra.write(
    `${session}.yaml`,
    `version: 1
session: ${session}
machines:
  here: { kind: local }
${machines}
agent_types:
  fake: { extends: claude, command: [sh, ${program}], cwd: ${orchestra.work}, restart: always }
agents:
${rows.join('\n')}
windows:
${agents.map(({ id }) => `  - { name: ${id}, agent: ${id} }`).join('\n')}
`,
  )
}

function ledgerOf(orchestra: Orchestra, agent: string): string {
  return join(orchestra.work, `${agent}.ledger`)
}

export function readLedger(orchestra: Orchestra, agent: string): readonly FakeTuiRecord[] {
  const path = ledgerOf(orchestra, agent)
  if (!existsSync(path)) return []
  const lines = readFileSync(path, 'utf8').split('\n').filter(Boolean)
  return lines.map((line) => JSON.parse(line) as FakeTuiRecord)
}

const PIECES = [
  'mend the cache key',
  'echo done;',
  'before\u001b[201~after',
  '\u001b[31mred\u001b[0m\u0007',
  '日本語のテスト ｶﾅ',
  '🧑‍💻 👍🏽 e\u0301 العربية',
  '"$HOME" `id` $(id) #{pane_id} #(id) %s \\n ~',
  '',
  '\t- a list',
  '├── a tree',
  '❯ 1. Yes',
  '<<ORC:abcdefgh:DONE>>',
  'ORC=abcdefgh=DONE',
  '[Pasted text #1 +3 lines]',
  '[Image #1]',
  '✻ Faking… (1s · ↓ 2 tokens)',
  '  esc to interrupt',
  '  ? for shortcuts',
  ' Do you want to proceed?',
  '● Done.',
  '❯ ',
  'rm \u202egpj.exe',
  '---',
]
const HEADS = ['/', '!', '#', '> ', '-', '  ', '', '', '', '']

/** Of 1 byte to 1 MB; short ones are more frequent. No two are alike, also not after the sanitiser. */
export function randomPrompt(random: Random, taken: Set<string>): string {
  for (;;) {
    const text = drawPrompt(random)
    const clean = sanitizePrompt(text)
    if (clean.trim() === '' || taken.has(clean)) continue
    taken.add(clean)
    return text
  }
}

function drawPrompt(random: Random): string {
  const dice = random.between(0, 999)
  if (dice < 20) return String.fromCharCode(33 + random.between(0, 93))
  const word = () => random.between(1e8, 2 ** 31).toString(36)
  if (dice < 350) return `${random.pick(HEADS) ?? ''}${word()} ${random.pick(PIECES) ?? ''}`
  if (dice > 996) return `${word()} ${'0123456789 あいう\n'.repeat(50_000)}end`
  const lines = dice < 800 ? random.between(1, 12) : dice < 960 ? random.between(1, 300) : 1000
  const body = Array.from({ length: lines }, () => `${random.pick(PIECES) ?? ''} ${word()}`)
  const size = dice % 7 === 0 ? ` ${word()}`.repeat(random.between(0, 1500)) : ''
  return `${random.pick(HEADS) ?? ''}${body.join('\n')}${size}${random.pick([';', '', '\n\n', ' ']) ?? ''}`
}

export interface Sent {
  readonly operation: string
  readonly agent: string
  readonly text: string
  /** null: never settled. */
  receipt: Pick<Receipt, 'state' | 'reason'> | null
}

/** A daemon that may be gone at any moment. */
export function apiOf(orchestra: Orchestra, session: string): ApiClient {
  const note = join(orchestra.state, 'sessions', session, 'daemon.json')
  const { socket } = JSON.parse(readFileSync(note, 'utf8')) as { socket: string }
  return new ApiClient(socket)
}

/**
 * Sends under one operation id until there is a receipt, however often the daemon dies meanwhile; sometimes by several
 * at the same time.
 */
export async function sendOnce(
  orchestra: Orchestra,
  session: string,
  sent: Sent,
  options: { readonly doubled: boolean; readonly untilMs: number; readonly readyMs: number },
): Promise<void> {
  const { operation, agent, text } = sent
  const ask = () =>
    apiOf(orchestra, session).post<Receipt>(`/v1/agents/${agent}/send`, {
      text,
      operation_id: operation,
      wait: true,
      timeout_ms: options.readyMs,
    })
  const until = performance.now() + options.untilMs
  while (performance.now() < until) {
    try {
      const answers = await Promise.all(options.doubled ? [ask(), ask()] : [ask()])
      const settled = answers.find((one) => one.state !== 'queued')
      if (settled !== undefined) {
        sent.receipt = settled
        return
      }
    } catch {
      // The daemon is gone, or not there yet.
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }
}

export interface Books {
  readonly problems: readonly string[]
  /** By receipt, and by fault and receipt. */
  readonly receipts: Readonly<Record<string, number>>
  readonly faults: Readonly<Record<string, Readonly<Record<string, number>>>>
  readonly submitted: number
}

/** What the ledgers say against the receipts. */
export function checkBooks(orchestra: Orchestra, all: readonly Sent[], seed: string, quick: boolean): Books {
  const problems: string[] = []
  const receipts: Record<string, number> = {}
  const faults: Record<string, Record<string, number>> = {}
  let submitted = 0
  for (const agent of new Set(all.map((sent) => sent.agent))) {
    const mine = all.filter((sent) => sent.agent === agent)
    const counts = new Map(mine.map((sent) => [sanitizePrompt(sent.text), 0]))
    for (const record of readLedger(orchestra, agent)) {
      if (record.type === 'answer') problems.push(`${agent}: Enter went into a dialog`)
      if (record.type !== 'prompt') continue
      submitted += 1
      const text = wholeText(record.text)
      const count = counts.get(text)
      if (count === undefined) problems.push(`${agent}: took what nobody sent: ${short(text)}`)
      else counts.set(text, count + 1)
    }
    for (const { operation, text, receipt } of mine) {
      const times = counts.get(sanitizePrompt(text)) ?? 0
      const state = receipt?.state ?? 'none'
      const fault = faultFor(seed, sanitizePrompt(text), quick)
      receipts[state] = (receipts[state] ?? 0) + 1
      const row = (faults[fault] ??= {})
      row[state] = (row[state] ?? 0) + 1
      const allowed = { delivered: [1], refused: [0], unconfirmed: [0, 1], queued: [], none: [] }[state]
      if (!(allowed as readonly number[]).includes(times))
        problems.push(
          `${agent} ${operation}: ${state} (${receipt?.reason ?? ''}), taken ${times} times, fault "${fault}": ${short(text)}`,
        )
    }
  }
  return { problems, receipts, faults, submitted }
}

/** A long one is pasted as a line that names its file, whose name only the daemon knows. */
function faultFor(seed: string, text: string, quick: boolean): TuiFault | 'a file' {
  const isTall = !fitsScreen(text, { cols: 80, rows: 24 })
  const isFile = Buffer.byteLength(text) > 24 * 1024 || isTall || /^\s*[\u2500-\u259f]/mu.test(text)
  return isFile ? 'a file' : faultOf(seed, text, quick)
}

function wholeText(pasted: string): string {
  const text = pasted.replace(/\n+$/u, '')
  const [, path] = /^Read the file (\/\S+\.md) and do what it says/.exec(text) ?? []
  return path === undefined || !existsSync(path) ? text : readFileSync(path, 'utf8').replace(/\n$/u, '')
}

function short(text: string): string {
  return `${JSON.stringify(text.slice(0, 60))} (${text.length})`
}

export function tableOf({ receipts, faults, submitted }: Books): string {
  const states = ['delivered', 'unconfirmed', 'refused', 'none']
  const rows = Object.entries(faults)
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(
      ([fault, row]) => `${fault.padEnd(44)}${states.map((s) => String(row[s] ?? 0).padStart(12)).join('')}`,
    )
  const sum = states.map((s) => String(receipts[s] ?? 0).padStart(12)).join('')
  return [
    `${'fault'.padEnd(44)}${states.map((s) => s.padStart(12)).join('')}`,
    ...rows,
    `${'all'.padEnd(44)}${sum}`,
    `${submitted} prompts stand in the ledgers`,
  ].join('\n')
}

/** Adds the proxy's port to what the client knows of the host. */
export function makeKnown(orchestra: Orchestra, port: number, hostKey: string): void {
  appendFileSync(join(orchestra.env['HOME'] ?? '', '.ssh', 'known_hosts'), `[127.0.0.1]:${port} ${hostKey}\n`)
}
