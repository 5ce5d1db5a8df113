/**
 * The environment of the shell whose `up` counts on this machine. All of it is in memory, for an agent CLI's own key;
 * what is not secret is also in the store, for a daemon that is started again without an `up`.
 */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  inheritedEnv,
  joinPath,
  localeEnv,
  type Environment,
  type RawEnvironment,
} from '../../core/environment/environment.js'
import { sameValue } from '../../core/same-value.js'
import { shellQuote } from '../../core/shell-quote.js'
import { packageRoot } from '../../home/package-root.js'
import { FACTS } from '../../store/facts.js'
import type { Facts } from '../../store/port.js'

/** A process cannot be given much more; whoever sends more is not a shell. */
const MAX_BYTES = 1024 * 1024

export class LocalEnvironment {
  readonly #bin: string
  #shell: RawEnvironment
  #facts: Facts | null = null

  /**
   * @param stateDir of the session: the program `orchestra` is put there, for panes and agents
   * @param shell the daemon's own at first: a daemon that `up` starts has that shell's
   */
  constructor(stateDir: string, shell: RawEnvironment = process.env) {
    this.#bin = join(stateDir, 'bin')
    this.#shell = shell
    placeProgram(this.#bin)
  }

  /** As the shell has it, secrets and marks included. */
  get shell(): RawEnvironment {
    return this.#shell
  }

  /** `orchestra` itself, then what that shell finds, then what the daemon finds. */
  get path(): string {
    return joinPath(this.#bin, this.#shell['PATH'], process.env['PATH'])
  }

  /** From now on the last `up` is remembered there. `isOfUp`: one started us; else the one before counts again. */
  keepIn(facts: Facts, isOfUp: boolean): void {
    this.#facts = facts
    const before = isOfUp ? null : facts.get(FACTS.environment)
    if (before === null) this.#keep()
    else this.#shell = { ...secretsOf(this.#shell), ...before }
  }

  /** A new `up`: programs that are started from now on get its shell's variables. */
  adopt(shell: RawEnvironment): void {
    this.#shell = shell
    this.#keep()
  }

  /** What a person's own panes in the view get: also those that the person opens. */
  ofPanes(session: string): Environment {
    const shell = this.#shell
    return {
      ...inheritedEnv(shell),
      ...localeEnv(shell, process.platform === 'darwin' ? 'en_US.UTF-8' : 'C.UTF-8'),
      PATH: this.path,
      ORCHESTRA_SESSION: session,
    }
  }

  #keep(): void {
    const kept = inheritedEnv(this.#shell)
    // To write it is to wait for the disk, and most of them come from one shell.
    if (this.#facts === null || sameValue(this.#facts.get(FACTS.environment), kept)) return
    if (JSON.stringify(kept).length <= MAX_BYTES) this.#facts.set(FACTS.environment, kept)
  }
}

/** A shell that starts the daemon by another verb than `up` still brings keys: they are in no store. */
function secretsOf(shell: RawEnvironment): RawEnvironment {
  const plain = inheritedEnv(shell)
  return Object.fromEntries(Object.entries(shell).filter(([name]) => plain[name] === undefined))
}

/** The very program that runs this session, whatever PATH would find. Without it, PATH decides. */
function placeProgram(bin: string): void {
  const program = join(packageRoot(), 'dist', 'orchestra.cjs')
  const text = `#!/bin/sh\nexec ${shellQuote(process.execPath)} ${shellQuote(program)} "$@"\n`
  const file = join(bin, 'orchestra')
  try {
    if (readFileSync(file, 'utf8') === text) return
  } catch {
    // not there yet
  }
  try {
    mkdirSync(bin, { recursive: true, mode: 0o700 })
    writeFileSync(`${file}.new`, text, { mode: 0o700 })
    renameSync(`${file}.new`, file)
  } catch {
    // a full disk is reported by what needs it more
  }
}
