/**
 * A terminal program that looks like an agent CLI and misbehaves on order, for the delivery machine and whatever stands
 * on it: `node --import tsx spec/support/fake-tui.ts` in a pane, orders as JSON in FAKE_TUI. Draws what Claude Code
 * draws (composer between rules, spinner in the title), so that real rules read it. Writes what it received and what it
 * took for a prompt as JSON lines to FAKE_TUI_LOG.
 */
import { appendFileSync } from 'node:fs'

export interface FakeTuiOrders {
  /** Input before that time is lost, as in a CLI that starts. */
  readonly startMs?: number
  /** So many Enters do nothing. */
  readonly swallowEnters?: number
  /** A permission dialog opens when text arrives, and closes after so many milliseconds (0: never). */
  readonly dialogOnTextMs?: number
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
}

export type FakeTuiRecord =
  | { readonly type: 'bytes'; readonly hex: string; readonly at: number }
  | { readonly type: 'prompt'; readonly text: string; readonly at: number }
  | { readonly type: 'answer'; readonly key: string; readonly at: number }

function main(orders: FakeTuiOrders, log: string): void {
  const out = process.stdout
  const cols = () => out.columns ?? 80
  const rows = () => out.rows ?? 24
  const started = Date.now()
  const transcript: string[] = ['Fake agent · 偽物', '']
  let draft = orders.draft ?? ''
  let folded = false
  let pasting: string | null = null
  let dialog = false
  let workUntil = 0
  let swallow = orders.swallowEnters ?? 0
  let lastText = 0
  let frame = 0

  const note = (record: FakeTuiRecord) => appendFileSync(log, `${JSON.stringify(record)}\n`)
  const rule = () => '─'.repeat(cols())

  function draw(): void {
    frame += 1
    const working = Date.now() < workUntil
    out.write(`\x1b]2;${working ? '◐◑'.charAt(frame % 2) : '✳'} fake\x07`)
    const shown = folded
      ? `[Pasted text #1 +${draft.split('\n').length - 1} lines]`
      : draft
          .split('\n')
          .slice(4 - rows())
          .join('\r\n  ')
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
          `❯ ${shown}`,
          rule(),
          working ? '  esc to interrupt' : '  ? for shortcuts',
        ]
    const body = transcript.slice(-Math.max(1, rows() - bottom.length - shown.split('\n').length))
    out.write(`\x1b[?2026h\x1b[H\x1b[2J${[...body, ...bottom].join('\r\n')}\x1b[?2026l`)
  }

  function submit(): void {
    const text = draft
    draft = ''
    folded = false
    note({ type: 'prompt', text, at: Date.now() })
    if (orders.exitOnPrompt !== undefined) process.exit(orders.exitOnPrompt)
    if (orders.deaf === true) return
    transcript.push(`❯ ${text.slice(0, 60)}`, '')
    if (orders.instant === true) {
      transcript.push('● Done.', '', '✻ Faked for 0s', '')
      return
    }
    workUntil = Date.now() + (orders.workMs ?? 1000)
    for (let i = 0; i < (orders.flood ?? 0); i += 1) transcript.push(`● line ${i} of the flood 洪水`)
    setTimeout(() => {
      transcript.push('● Done.', '', '✻ Faked for 1s', '')
      draw()
    }, orders.workMs ?? 1000)
  }

  function text(part: string): void {
    if (dialog) return
    draft += part
    lastText = Date.now()
    if (draft.length > (orders.foldAbove ?? Infinity)) folded = true
    if (orders.dialogOnTextMs === undefined) return
    dialog = true
    if (orders.dialogOnTextMs > 0) setTimeout(() => ((dialog = false), draw()), orders.dialogOnTextMs)
  }

  function enter(): void {
    if (dialog) {
      note({ type: 'answer', key: 'enter', at: Date.now() })
      dialog = false
    } else if (Date.now() - lastText < (orders.burstMs ?? 0)) draft += '\n'
    else if (swallow > 0) swallow -= 1
    else if (draft !== '') submit()
  }

  function take(chunk: string): void {
    let rest = chunk
    while (rest !== '') {
      const [sequence = ''] =
        /^(?:\x1b\[20[01]~|\x1b\[[0-9;?]*[A-Za-z]|\x1b|[\r\x03\x15\x7f])/.exec(rest) ?? []
      if (sequence === '\x1b[200~') pasting = ''
      else if (sequence === '\x1b[201~') {
        text(pasting ?? '')
        pasting = null
      } else if (pasting !== null)
        pasting += sequence === '\r' ? '\n' : sequence === '' ? rest.charAt(0) : sequence
      else if (sequence === '\r') enter()
      else if (sequence === '\x03') process.exit(130)
      else if (sequence === '\x15') draft = draft.slice(0, Math.max(0, draft.lastIndexOf('\n')))
      else if (sequence === '\x1b') [dialog, workUntil] = [false, 0]
      else if (sequence === '') text(rest.charAt(0))
      rest = rest.slice(Math.max(1, sequence.length))
    }
    draw()
  }

  process.stdin.setRawMode(true)
  process.stdin.setEncoding('utf8')
  process.stdin.on('data', (chunk: string) => {
    note({ type: 'bytes', hex: Buffer.from(chunk).toString('hex'), at: Date.now() })
    if (Date.now() - started >= (orders.startMs ?? 0)) take(chunk)
  })
  const begin = () => {
    out.write('\x1b[?1049h\x1b[?2004h')
    draw()
    setInterval(draw, orders.redrawMs ?? 200)
  }
  setTimeout(begin, orders.startMs ?? 0)
}

if (process.argv[1]?.endsWith('fake-tui.ts') === true) {
  main(
    JSON.parse(process.env['FAKE_TUI'] ?? '{}') as FakeTuiOrders,
    process.env['FAKE_TUI_LOG'] ?? '/dev/null',
  )
}
