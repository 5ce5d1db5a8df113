/**
 * A terminal program that looks like an agent CLI and misbehaves on order, for the delivery machine and whatever stands
 * on it: `node --import tsx spec/support/fake-tui.ts` in a pane, orders as JSON in FAKE_TUI. Draws what Claude Code
 * draws (composer between rules, spinner in the title), so that real rules read it. Writes what it received and what it
 * took for a prompt as JSON lines to FAKE_TUI_LOG, each on the disk before anything else happens.
 */
import { spawn } from 'node:child_process'
import { appendFileSync, fsyncSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { codePointWidth } from '../../lib/core/text/display-width.js'
import { faultOf, ordersOf } from './tui-faults.js'

export interface FakeTuiOrders {
  /** Input before that time is lost, as in a CLI that starts. */
  readonly startMs?: number
  /** So many Enters do nothing. */
  readonly swallowEnters?: number
  /** A permission dialog opens when text arrives, and closes after so many milliseconds (0: never). */
  readonly dialogOnTextMs?: number
  /** It takes the text with it. */
  readonly dialogDropsText?: boolean
  /** A dialog opens instead of taking the Enter, and closes after so long; the text then stands there still. */
  readonly dialogOnEnterMs?: number
  /** Pastes longer than this are folded into a placeholder. */
  readonly foldAbove?: number
  /** Enters within this time after text are newlines. */
  readonly burstMs?: number
  /** How long a prompt takes. */
  readonly workMs?: number
  /** Never draws work: the answer is there at once. */
  readonly instant?: boolean
  /** Takes the prompt and shows nothing at all. */
  readonly deaf?: boolean
  /** Redraws the whole screen so often. */
  readonly redrawMs?: number
  /** Prints so many lines while it works. */
  readonly flood?: number
  /** Ends the process when a prompt arrives. */
  readonly exitOnPrompt?: number
  /** What stands in the composer from the start. */
  readonly draft?: string
  /** A paste is drawn bit by bit over this time. */
  readonly dripMs?: number
  /** Neither reads nor draws for so long after a text, after Enter. */
  readonly hangOnTextMs?: number
  readonly hangOnEnterMs?: number
  /** Shows itself working for so long after Enter, whatever it did with that. */
  readonly pretendsMs?: number
  /** Goes on showing the text that it has taken. */
  readonly sticksMs?: number
  /** The conversation shows the text as soon as it is pasted. */
  readonly echoes?: boolean
  /** Its answer looks like dialogs, composers and ends of work. */
  readonly lookalike?: boolean
  /** Enter empties the composer, and that is all. */
  readonly discards?: boolean
  /** Calls the hooks of its `--settings` for a prompt and its end, as Claude Code does. */
  readonly hooks?: boolean
  /** Its last message, as its hook tells it at the end of a turn. */
  readonly said?: string
  /** A file that the hook names instead, as older versions do; the program writes what it said into it. */
  readonly transcript?: string
  /** For each paste other orders, which `faultOf` draws. */
  readonly chaos?: { readonly seed: string; readonly quick: boolean }
}

export type FakeTuiRecord =
  | { readonly type: 'bytes'; readonly hex: string; readonly at: number }
  | { readonly type: 'prompt'; readonly text: string; readonly at: number }
  | { readonly type: 'answer'; readonly key: string; readonly at: number }

const LOOKALIKE = [
  '● Do you want to proceed?',
  ' ❯ 1. Yes',
  '   2. No',
  ' Esc to cancel',
  '─'.repeat(60),
  '❯ delete everything',
  '─'.repeat(60),
  '● Done. I have received your prompt.',
  '✻ Faked for 0s',
]

function endOfTurn({ said, transcript }: FakeTuiOrders, prompt: string): object {
  if (said === undefined || transcript === undefined)
    return said === undefined ? {} : { last_assistant_message: said }
  const rows = [
    { type: 'user', message: { content: prompt } },
    { type: 'assistant', message: { content: [{ type: 'text', text: said }] } },
  ]
  mkdirSync(dirname(transcript), { recursive: true })
  appendFileSync(transcript, rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
  return { transcript_path: transcript }
}

function main(base: FakeTuiOrders, log: number): void {
  const out = process.stdout
  const cols = () => out.columns ?? 80
  const rows = () => out.rows ?? 24
  const started = Date.now()
  const transcript: string[] = ['Fake agent · 偽物', '']
  let orders = base
  let draft = orders.draft ?? ''
  let folded = false
  let foldedTo = 0
  let pasting: string | null = null
  let dialog = false
  let workUntil = 0
  let swallow = orders.swallowEnters ?? 0
  let lastText = 0
  let frame = 0
  let hangUntil = 0
  let unread = ''
  let stuck: string | null = null

  const note = (record: FakeTuiRecord) => {
    writeSync(log, `${JSON.stringify(record)}\n`)
    fsyncSync(log)
  }
  const rule = () => '─'.repeat(cols())

  function composerRows(): string[] {
    const text = stuck ?? draft
    if (folded)
      return [
        `[Pasted text #1 +${text.slice(0, foldedTo).split('\n').length - 1} lines]${text.slice(foldedTo)}`,
      ]
    const drip = orders.dripMs ?? 0
    const drawn =
      drip === 0 ? text : text.slice(0, Math.ceil(text.length * Math.min(1, (Date.now() - lastText) / drip)))
    // As in real ones the end is shown of what is higher than the screen.
    const tail = drawn.slice(-12_000)
    return tail
      .split('\n')
      .flatMap((line) => wrap(line, cols() - 12))
      .slice(-Math.max(3, rows() - 12))
  }

  function draw(): void {
    if (Date.now() < hangUntil) return
    frame += 1
    const working = Date.now() < workUntil
    out.write(`\x1b]2;${working ? '◐◑'.charAt(frame % 2) : '✳'} fake\x07`)
    const shown = composerRows()
    const bottom = dialog
      ? [
          rule(),
          ' Bash command',
          ' touch 偽.txt',
          ' Do you want to proceed?',
          ' ❯ 1. Yes',
          '   2. No',
          '',
          ' Esc to cancel',
        ]
      : [
          ...(working ? ['✻ Faking… (1s · ↓ 2 tokens)'] : []),
          rule(),
          ...shown.map((row, i) => `${i === 0 ? '❯' : ' '} ${row}`),
          rule(),
          working ? '  esc to interrupt' : '  ? for shortcuts',
        ]
    const body = transcript.slice(-Math.max(1, rows() - bottom.length))
    out.write(`\x1b[?2026h\x1b[H\x1b[2J${[...body, ...bottom].slice(-rows()).join('\r\n')}\x1b[?2026l`)
  }

  function hang(ms: number | undefined): void {
    if (ms === undefined) return
    hangUntil = Date.now() + ms
    setTimeout(() => {
      const chunk = unread
      unread = ''
      take(chunk)
    }, ms + 1)
  }

  function submit(): void {
    const text = draft
    const { exitOnPrompt, deaf, instant, sticksMs, flood, lookalike, workMs } = orders
    note({ type: 'prompt', text, at: Date.now() })
    draft = ''
    if (sticksMs !== undefined) {
      stuck = text
      setTimeout(() => ((stuck = null), (folded = false), draw()), sticksMs)
    } else folded = false
    if (exitOnPrompt !== undefined) process.exit(exitOnPrompt)
    hook('UserPromptSubmit', { prompt: text })
    if (deaf === true) return
    transcript.push(`❯ ${text.split('\n', 1)[0]?.slice(0, 60) ?? ''}`, '')
    if (lookalike === true) transcript.push(...LOOKALIKE)
    const over = () => {
      transcript.push('● Done.', '', `✻ Faked for ${instant === true ? 0 : 1}s`, '')
      hook('Stop', endOfTurn(orders, text))
    }
    if (instant === true) return over()
    const ms = workMs ?? 1000
    workUntil = Date.now() + ms
    for (let i = 0; i < (flood ?? 0); i += 1) transcript.push(`● line ${i} of the flood 洪水`)
    setTimeout(() => (over(), draw()), ms)
  }

  function hook(event: string, payload: object): void {
    if (base.hooks !== true) return
    const settings = process.argv[process.argv.indexOf('--settings') + 1] ?? ''
    const { hooks } = JSON.parse(readFileSync(settings, 'utf8')) as {
      hooks: Record<string, [{ hooks: [{ command: string }] }]>
    }
    const command = hooks[event]?.[0].hooks[0].command ?? ':'
    const child = spawn('sh', ['-c', command], { stdio: ['pipe', 'ignore', 'ignore'] })
    child.on('error', () => undefined)
    child.stdin.on('error', () => undefined)
    child.stdin.end(JSON.stringify({ session_id: 'fake', hook_event_name: event, ...payload }))
  }

  function text(part: string, isPaste: boolean): void {
    if (dialog) return
    if (isPaste && base.chaos !== undefined) {
      orders = { ...base, ...ordersOf(faultOf(base.chaos.seed, part, base.chaos.quick)) }
      swallow = orders.swallowEnters ?? 0
    }
    draft += part
    lastText = Date.now()
    if (isPaste && draft.length > (orders.foldAbove ?? Infinity)) [folded, foldedTo] = [true, draft.length]
    if (isPaste && orders.echoes === true)
      transcript.push(`❯ ${part.split('\n', 1)[0]?.slice(0, 60) ?? ''}`, '')
    if (isPaste || base.chaos === undefined) {
      hang(orders.hangOnTextMs)
      if (orders.dialogOnTextMs !== undefined) open(orders.dialogOnTextMs)
    }
  }

  function open(ms: number): void {
    dialog = true
    if (orders.dialogDropsText === true) [draft, folded] = ['', false]
    if (ms > 0) setTimeout(() => ((dialog = false), draw()), ms)
  }

  function enter(): void {
    if (dialog) {
      note({ type: 'answer', key: 'enter', at: Date.now() })
      dialog = false
      return
    }
    if (orders.pretendsMs !== undefined && draft !== '') workUntil = Date.now() + orders.pretendsMs
    if (Date.now() - lastText < (orders.burstMs ?? 0)) draft += '\n'
    else if (swallow > 0) swallow -= 1
    else if (orders.discards === true) [draft, folded] = ['', false]
    else if (orders.dialogOnEnterMs !== undefined && draft !== '') {
      open(orders.dialogOnEnterMs)
      orders = base
    } else if (draft !== '') {
      submit()
      hang(orders.hangOnEnterMs)
    }
  }

  function take(chunk: string): void {
    let rest = chunk
    while (rest !== '') {
      if (Date.now() < hangUntil) {
        unread = rest + unread
        return
      }
      if (pasting !== null) {
        const end = rest.indexOf('\x1b[201~')
        pasting += (end === -1 ? rest : rest.slice(0, end)).replaceAll('\r', '\n')
        rest = end === -1 ? '' : rest.slice(end + 6)
        if (end === -1) break
        const whole = pasting
        pasting = null
        text(whole, true)
        continue
      }
      const [sequence = ''] =
        /^(?:\x1b\[20[01]~|\x1b\[[0-9;?]*[A-Za-z]|\x1b|[\r\x03\x15\x7f])/.exec(rest) ?? []
      if (sequence === '\x1b[200~') pasting = ''
      else if (sequence === '\r') enter()
      else if (sequence === '\x03') process.exit(130)
      else if (sequence === '\x15') clearLine()
      else if (sequence === '\x7f') draft = draft.slice(0, -1)
      else if (sequence === '\x1b') [dialog, workUntil] = [false, 0]
      else if (sequence === '') text(rest.charAt(0), false)
      rest = rest.slice(Math.max(1, sequence.length))
    }
    draw()
  }

  function clearLine(): void {
    draft = folded ? '' : draft.slice(0, Math.max(0, draft.lastIndexOf('\n')))
    folded = false
  }

  process.stdin.setRawMode(true)
  process.stdin.setEncoding('utf8')
  process.stdin.on('data', (chunk: string) => {
    if (base.chaos === undefined)
      note({ type: 'bytes', hex: Buffer.from(chunk).toString('hex'), at: Date.now() })
    if (Date.now() - started < (orders.startMs ?? 0)) return
    if (Date.now() < hangUntil) unread += chunk
    else take(chunk)
  })
  const redraw = () => {
    draw()
    setTimeout(redraw, orders.redrawMs ?? 200)
  }
  const begin = () => {
    out.write('\x1b[?1049h\x1b[?2004h')
    redraw()
  }
  setTimeout(begin, orders.startMs ?? 0)
}

function wrap(line: string, width: number): string[] {
  const found: string[] = []
  let [row, used] = ['', 0]
  for (const char of line) {
    const cells = codePointWidth(char.codePointAt(0) ?? 0)
    if (used + cells > width) {
      found.push(row)
      ;[row, used] = ['', 0]
    }
    row += char
    used += cells
  }
  return [...found, row]
}

if (/fake-tui\.(?:ts|cjs)$/.test(process.argv[1] ?? '')) {
  main(
    JSON.parse(process.env['FAKE_TUI'] ?? '{}') as FakeTuiOrders,
    openSync(process.env['FAKE_TUI_LOG'] ?? '/dev/null', 'a'),
  )
}
