/** A shell of its own on each machine for work in trees: a checkout of seconds holds up no screen and no report. */
import { Shell } from '../../exec/shell.js'
import type { Host } from '../machines/host.js'

export class TreeShells {
  readonly #shells = new Map<Host, Shell>()

  of(host: Host): Shell {
    const known = this.#shells.get(host)
    if (known !== undefined) return known
    const made = new Shell(host.link)
    this.#shells.set(host, made)
    return made
  }

  dispose(): void {
    for (const shell of this.#shells.values()) shell.dispose()
    this.#shells.clear()
  }
}
