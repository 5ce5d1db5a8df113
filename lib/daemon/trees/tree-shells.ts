/** A shell of its own on each machine for work in trees: a checkout of seconds holds up no screen and no report. */
import { OrchestraError } from '../../core/errors.js'
import { Shell, type RunOptions } from '../../exec/shell.js'
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

/** Where a step of lib/git refuses, its last line says why; what git said before that comes after it. */
class GitShell extends Shell {
  override async must(script: string, options: RunOptions = {}): Promise<Buffer> {
    const { stdout, stderr, exitCode } = await this.run(script, options)
    if (exitCode === 0) return stdout
    const lines = stderr.trim().split('\n')
    const message =
      exitCode === GIT_REFUSED
        ? [lines.at(-1), ...lines.slice(0, -1)].join(': ')
        : `exit status ${exitCode}: ${stderr.trim() || '(no message)'}`
    throw new OrchestraError(message, { kind: 'failed', details: { delivered: 'answered', exitCode } })
  }
}
