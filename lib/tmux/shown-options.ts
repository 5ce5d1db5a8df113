/** Options by which the session shows something: only what changed is sent, and a pane that is gone is no error. */
import type { ControlClient } from './control-client.js'
import type { Command } from './protocol/quote.js'

export class ShownOptions {
  readonly #client: ControlClient
  /** Values that tmux has already, by `target name`. */
  readonly #set = new Map<string, string>()

  constructor(client: ControlClient) {
    this.#client = client
  }

  /** For what is only shown: a pane or client that went away meanwhile is no error. */
  async quietly(line: readonly Command[]): Promise<void> {
    if (line.length === 0 || this.#client.isClosed) return
    await Promise.allSettled(line.map((command) => this.#client.command(command)))
  }

  /** Sent unless it is there, or on its way; what was not taken counts as not sent. */
  async set(target: readonly string[], option: string, value: string): Promise<void> {
    const key = `${target.join(' ')} ${option}`
    if (this.#client.isClosed || this.#set.get(key) === value) return
    this.#set.set(key, value)
    try {
      await this.#client.command(['set-option', ...target, option, value])
    } catch {
      if (this.#set.get(key) === value) this.#set.delete(key)
    }
  }
}
