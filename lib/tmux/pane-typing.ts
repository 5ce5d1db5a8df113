/** Typing into panes of agents: keys and pastes, each with its mark in the same step of tmux. */
import { randomBytes } from 'node:crypto'
import { OrchestraError } from '../core/errors.js'
import type { PaneId } from '../core/ids.js'
import type { ControlClient } from './control-client.js'
import * as commands from './protocol/commands.js'
import type { Command } from './protocol/quote.js'
import { withoutControls } from './without-controls.js'

export interface PasteOptions {
  readonly bracketed?: boolean
  readonly mark?: string | undefined
  readonly submit?: Uint8Array | undefined
}

const MAX_PASTE_BYTES = 1 << 20
const TYPED = '@orch_typed'
/** Some sixty marks. */
const MAX_TYPED = 2000

export class PaneTyping {
  readonly #client: () => ControlClient

  /** `client` throws when there is none now. */
  constructor(client: () => ControlClient) {
    this.#client = client
  }

  /**
   * Bytes as if typed. Leaves copy mode first. `mark`: left at the pane in the same step, see `typedMarks`.
   * Rejects: refused (the program has ended), failed (no such pane).
   */
  async sendKeys(pane: PaneId, bytes: Uint8Array, mark?: string): Promise<void> {
    await this.#type(pane, commands.sendKeysHex(pane, bytes), mark)
  }

  /**
   * The marks of what was typed, newest first. tmux runs the typing and the mark as one step, so whoever comes back
   * after a crash or a lost reply reads here how far they had come, also when others have typed since.
   */
  async typedMarks(pane: PaneId): Promise<readonly string[]> {
    const [said] = await this.#client().confirmed([
      commands.displayMessage(pane, `#{pane_id} #{s/[^A-Za-z0-9 .-]//:${TYPED}}`),
    ])
    const [id, ...marks] = String(said?.body ?? '').split(' ')
    return id === pane ? marks.filter(Boolean) : []
  }

  /**
   * Text in one paste, at most 1 MB; control characters but TAB and LF are left out, so that nothing can end it early.
   * `bracketed` (default): with brackets if the program asked for them. `submit`: bytes typed right behind it, in the
   * same step. Rejects: refused, failed.
   */
  async paste(pane: PaneId, text: string, options: PasteOptions = {}): Promise<void> {
    const clean = Buffer.from(withoutControls(text), 'utf8')
    if (clean.length === 0) return
    if (clean.length > MAX_PASTE_BYTES)
      throw new OrchestraError(`the text is too long to paste (${clean.length} bytes)`, {
        kind: 'refused',
        hint: 'Give the agent a file to read instead.',
      })
    const buffer = `orc-${randomBytes(8).toString('hex')}`
    const typing = [
      commands.expectAlive(pane),
      commands.setBuffer(buffer, clean),
      commands.pasteBuffer(buffer, pane, options.bracketed ?? true),
      ...(options.submit === undefined ? [] : commands.sendKeysHex(pane, options.submit)),
    ]
    await this.#type(pane, typing, options.mark)
  }

  /** What is typed into a dead pane is thrown away without a word by tmux: ask in the same step. */
  async #type(pane: PaneId, typing: readonly Command[], mark?: string): Promise<void> {
    const state = commands.displayMessage(pane, '#{pane_id} #{pane_dead}')
    const replies = await this.#client()
      .commands([
        state,
        commands.leaveMode(pane),
        ...typing,
        ...(mark === undefined ? [] : [commands.prependOption(pane, TYPED, mark, MAX_TYPED)]),
      ])
      .catch(async (error: unknown) => {
        // The line stops at `expectAlive`, with the answer of the first command lost: ask again why.
        if (!(error instanceof OrchestraError) || error.kind !== 'failed') throw error
        const again = await this.#client().command(state)
        if (String(again.body) !== `${pane} 1`) throw error
        return [again]
      })
    if (String(replies[0]?.body ?? '') !== `${pane} 0`)
      throw new OrchestraError(`nothing reads in pane ${pane}: its program has ended`, {
        kind: 'refused',
        details: { pane, delivered: 'answered' },
      })
  }
}
