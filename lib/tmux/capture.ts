/**
 * Screens of panes. A capture is believed only between random nonces that no pane can know: over the control client
 * (the cheap way, 0.1 ms each), or over the shell channel when there is no control client.
 */
import { randomBytes } from 'node:crypto'
import type { PaneId } from '../core/ids.js'
import type { ControlClient, TmuxAddress } from './control-client.js'
import { tmuxArgv } from './control-client.js'
import { capturePane, displayMessage } from './protocol/commands.js'
import type { CaptureOptions } from './protocol/commands.js'
import { parseRow, rowFormat } from './protocol/format-rows.js'
import { encodeLine } from './protocol/quote.js'
import type { ShellRunner } from './shell-runner.js'

export interface PaneCapture {
  readonly pane: PaneId
  readonly cols: number
  readonly rows: number
  readonly cursor: { readonly x: number; readonly y: number; readonly visible: boolean }
  readonly alternate: boolean
  readonly dead: boolean
  readonly inMode: boolean
  /** Set by the program: untrusted. */
  readonly title: string
  /** Lines joined by LF. Untrusted text. */
  readonly text: string
}

const FIELDS = [
  'pane_id', 'pane_width', 'pane_height', 'cursor_x', 'cursor_y', 'cursor_flag', 'alternate_on', 'pane_dead',
  'pane_in_mode', 'pane_title',
] as const // prettier-ignore
const STATE = rowFormat(FIELDS)
const MAX_HISTORY = 50_000
const MAX_BYTES = 64 << 20

/** Panes that are gone are missing from the result. Rejects: unreachable. */
export async function capturePanes(
  client: ControlClient,
  panes: readonly PaneId[],
  options: CaptureOptions = {},
): Promise<Map<PaneId, PaneCapture>> {
  const captures = await Promise.all(
    panes.map(async (pane) => {
      try {
        const [state, text] = await client.confirmed(commandsFor(pane, options))
        return toCapture(pane, String(state?.body ?? ''), String(text?.body ?? ''))
      } catch (error) {
        if ((error as { details?: { delivered?: unknown } }).details?.delivered === 'answered')
          return undefined
        throw error
      }
    }),
  )
  return new Map(captures.flatMap((capture) => (capture === undefined ? [] : [[capture.pane, capture]])))
}

/** The same through one tmux process on the shell channel. */
export async function capturePanesByShell(
  shell: ShellRunner,
  address: TmuxAddress,
  panes: readonly PaneId[],
  options: CaptureOptions = {},
): Promise<Map<PaneId, PaneCapture>> {
  const captures = new Map<PaneId, PaneCapture>()
  if (panes.length === 0) return captures
  const nonce = `orc-${randomBytes(16).toString('hex')}`
  // On stdin, one line a pane: an argv would show the nonce to every process there, and would end at 16 KB; a pane that
  // is gone ends its own line only.
  const say = ['display-message', '-p', nonce]
  const stdin = Buffer.concat(panes.map((pane) => encodeLine([say, ...commandsFor(pane, options), say])))
  const { stdout } = await shell.run('exec "$@"', {
    args: tmuxArgv(address, ['source-file', '-']),
    stdin,
    maxBytes: MAX_BYTES,
  })
  const parts = `\n${stdout.toString('utf8')}`.split(`\n${nonce}\n`)
  for (const part of parts) {
    const end = part.indexOf('\n')
    const pane = panes.find((id) => part.startsWith(`${id}|`))
    if (end === -1 || pane === undefined) continue
    const capture = toCapture(pane, part.slice(0, end), part.slice(end + 1))
    if (capture !== undefined) captures.set(pane, capture)
  }
  return captures
}

function commandsFor(pane: PaneId, options: CaptureOptions) {
  const history = Math.min(options.history ?? 0, MAX_HISTORY)
  return [displayMessage(pane, STATE), capturePane(pane, { ...options, history })]
}

function toCapture(pane: PaneId, state: string, text: string): PaneCapture | undefined {
  const row = parseRow(state, FIELDS)
  // tmux answers for another pane when this one is gone.
  if (row.pane_id !== pane) return undefined
  return {
    pane,
    cols: Number(row.pane_width),
    rows: Number(row.pane_height),
    cursor: { x: Number(row.cursor_x), y: Number(row.cursor_y), visible: row.cursor_flag === '1' },
    alternate: row.alternate_on === '1',
    dead: row.pane_dead === '1',
    inMode: row.pane_in_mode !== '0',
    title: row.pane_title,
    text,
  }
}
