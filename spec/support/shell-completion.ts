/** What a real shell makes of a line when a person presses Tab at its end. */
import { execFileSync, spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { eventually } from './eventually.js'
import type { Orchestra } from './orchestra.js'

export const SHELLS = ['bash', 'zsh', 'fish'] as const
export type Shell = (typeof SHELLS)[number]

export function hasShell(shell: Shell): boolean {
  return spawnSync(shell, ['-c', 'exit 0']).status === 0
}

/** Interactive, in a tmux server of its own, with the program as `orchestra`. */
export class CompletingShell {
  readonly #here: Orchestra
  readonly #shell: Shell
  readonly #env: Readonly<Record<string, string>>

  private constructor(here: Orchestra, shell: Shell, bin: string) {
    this.#here = here
    this.#shell = shell
    this.#env = { ...here.env, PATH: `${bin}:${here.env['PATH']}`, PS1: '> ', SHELL: '/bin/sh' }
  }

  static async open(here: Orchestra, shell: Shell): Promise<CompletingShell> {
    const script = here.write(`completion.${shell}`, await here.ok('completion', shell))
    const bin = here.work
    const words = [process.execPath, here.program].map((word) => `'${word}'`).join(' ')
    writeFileSync(join(bin, 'orchestra'), `#!/bin/sh\nexec ${words} "$@"\n`, { mode: 0o755 })
    const one = new CompletingShell(here, shell, bin)
    if (shell !== 'fish') await one.#start(script)
    return one
  }

  async #start(script: string): Promise<void> {
    const [argv, load] =
      this.#shell === 'bash'
        ? [['bash', '--norc'], `source ${script}`]
        : [['zsh', '-f'], `PS1='> '; autoload -U compinit; compinit -u -D; source ${script}`]
    this.#tmux('-f', '/dev/null', 'new-session', '-d', '-x', '200', '-y', '20', ...argv)
    await eventually(() => expect(this.#screen()).to.match(/[>%#$] *$/))
    this.#keys(`${load}; clear; echo ready`)
    this.#tmux('send-keys', 'Enter')
    await eventually(() => expect(this.#screen()).to.match(/^ready\n> *$/))
  }

  /** Waits until the line is completed so. */
  async completes(line: string, whole: string): Promise<void> {
    if (this.#shell === 'fish') {
      const asked = `source ${join(this.#here.work, 'completion.fish')}; complete -C '${line}'`
      const said = execFileSync('fish', ['--no-config', '-c', asked], { env: this.#env, encoding: 'utf8' })
      const words = said.split('\n').map((row) => row.split('\t')[0])
      expect(words, line).to.include(whole.split(' ').at(-1))
      return
    }
    this.#tmux('send-keys', 'C-u')
    this.#keys(line)
    this.#tmux('send-keys', 'Tab')
    await eventually(() => expect(this.#screen().split('\n').at(-1)).to.match(new RegExp(`^> ${whole} *$`)))
  }

  close(): void {
    if (this.#shell !== 'fish') this.#tmux('kill-server')
  }

  #screen(): string {
    return this.#tmux('capture-pane', '-p').trim()
  }

  #keys(text: string): void {
    this.#tmux('send-keys', '-l', text)
  }

  #tmux(...args: string[]): string {
    const env = { ...this.#env, TMUX: '' }
    return execFileSync('tmux', ['-L', `shell-${this.#shell}`, ...args], { env, encoding: 'utf8' })
  }
}
