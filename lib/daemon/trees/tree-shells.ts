/** A shell of its own on each machine for work in trees: a checkout of seconds holds up no screen and no report. */
import { Shell } from '../../exec/shell.js'
import { GIT_REFUSED } from '../../git/refused.js'
import type { Host } from '../machines/host.js'

export class TreeShells {
  readonly #shells = new Map<Host, Shell>()

  of(host: Host): Shell {
    const known = this.#shells.get(host)
    if (known !== undefined) return known
    const made = new GitShell(host.link)
    this.#shells.set(host, made)
    return made
  }

  dispose(): void {
    for (const shell of this.#shells.values()) shell.dispose()
    this.#shells.clear()
  }
}

/** When a step of lib/git refuses, the last line says why: it comes first, and what git said before follows. */
class GitShell extends Shell {
  protected override whyFailed(stderr: string, exitCode: number): string {
    if (exitCode !== GIT_REFUSED) return super.whyFailed(stderr, exitCode)
    const lines = stderr.split('\n')
    return [lines.at(-1), ...lines.slice(0, -1)].join(': ')
  }
}
