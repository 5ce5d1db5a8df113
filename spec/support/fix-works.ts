/**
 * A spec of one command of the catalogue: its situation is made, what the product prints is read, the command in it is
 * given to a shell as it stands, and the situation is looked at again. A spec that never ran its command fails.
 */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { spawn as spawnTerminal } from 'node-pty'
import { FIXES, type FixName } from '../../lib/core/fixes.js'
import { eventually } from './eventually.js'
import { builtProgram } from './orchestra.js'

export interface Ground {
  readonly env: Readonly<Record<string, string>>
  readonly cwd: string
}

export interface FollowOptions {
  /** What only a person knows: the words in capitals. */
  readonly fill?: Readonly<Record<string, string>>
  /** Shell lines of the same shell, before and after. */
  readonly before?: string
  readonly after?: string
  readonly stdin?: string
  /** It does not end by itself: ended when it has printed this. */
  readonly until?: RegExp
  /** On a terminal: looks while it runs, then it is ended. */
  readonly onTerminal?: (screen: () => string) => Promise<unknown>
}

export interface Followed {
  readonly command: string
  readonly code: number | null
  readonly output: string
}

export type Follow = (printed: string, ground: Ground, options?: FollowOptions) => Promise<Followed>

const ANY = 'ANYWORD'
/** Where a command ends in a sentence. */
const END = '(?=`|\\)|; (?!ssh-add)|, |\\. |\\n|   |\\.?$| by hand| there| says why| starts it)'

/** The command in a message, literally. */
export function commandIn(printed: string, name: FixName): string {
  const words = Array.from({ length: 5 }, () => ANY)
  const make = FIXES[name] as (...args: unknown[]) => string
  const shape = make(...(name === 'ssh.scan' ? [[ANY], ANY] : words)).replace(/ANYWORD(?: ANYWORD)+/g, ANY)
  const pattern = shape
    .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    .replaceAll(ANY, '.+?')
    .replace(/^\.\+\?tmux/, '(?:[A-Z_]+=\\S+ )*tmux')
    .replaceAll('orchestra ', 'orchestra (?:--[a-z]+ \\S+ )*')
  const found = new RegExp(`(?:^|[^\\w-])(${pattern})${END}`, 'm').exec(printed)
  if (found?.[1] === undefined) throw new Error(`no ${shape} in: ${printed}`)
  return found[1]
}

/** @param situation what is wrong, in words */
export function fixWorks(
  name: FixName,
  situation: string,
  run: (this: Mocha.Context, follow: Follow) => Promise<void>,
): void {
  it(`${name}: ${situation}`, async function () {
    let followed = false
    const follow: Follow = async (printed, ground, options = {}) => {
      let command = commandIn(printed, name)
      for (const [word, value] of Object.entries(options.fill ?? {}))
        command = command.replaceAll(word, value)
      followed = true
      const done = await inShell(command, ground, options)
      return { command, ...done }
    }
    await run.call(this, follow)
    if (!followed) throw new Error(`the command of ${name} was not run`)
  })
}

/** What the hint of a case has to name; each is run. */
export function fixes(...names: FixName[]): readonly FixName[] {
  return names
}

let bin: string | undefined

/** A directory with `orchestra` in it, as after an install. */
function installed(): string {
  if (bin !== undefined) return bin
  const dir = mkdtempSync(join(tmpdir(), 'orc-bin-'))
  const program = `#!/bin/sh\nexec '${process.execPath}' "\${ORCHESTRA_PROGRAM:-${builtProgram()}}" "$@"\n`
  writeFileSync(join(dir, 'orchestra'), program, { mode: 0o755 })
  process.once('exit', () => rmSync(dir, { recursive: true, force: true }))
  return (bin = dir)
}

export function withOrchestraOnPath(env: Readonly<Record<string, string>>): Record<string, string> {
  return { ...env, PATH: `${installed()}:${env['PATH'] ?? ''}` }
}

async function inShell(
  command: string,
  { env, cwd }: Ground,
  { before = '', after = '', stdin = '', until, onTerminal }: FollowOptions,
): Promise<Omit<Followed, 'command'>> {
  const script = [before, command, after].filter((line) => line !== '').join('\n')
  const onPath = /\borchestra\b/.test(script) ? withOrchestraOnPath(env) : { ...env }
  if (onTerminal !== undefined) return onATerminal(script, { env: onPath, cwd }, onTerminal)
  const child = spawn('sh', ['-c', script], { cwd, env: onPath, stdio: 'pipe', detached: true })
  let output = ''
  const kill = () => {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGTERM')
  }
  const timer = setTimeout(kill, 60_000)
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
      if (until?.test(output) === true) kill()
    })
  child.stdin.on('error', () => undefined)
  child.stdin.end(stdin)
  const code = await new Promise<number | null>((done) => child.once('close', done))
  clearTimeout(timer)
  return { code, output }
}

/** Runs a command line on a terminal of its own. */
export async function onATerminal(
  script: string,
  { env, cwd }: Ground,
  look: (screen: () => string, type: (text: string) => void) => Promise<unknown>,
): Promise<Omit<Followed, 'command'>> {
  const terminal = spawnTerminal('sh', ['-c', script], {
    name: env['TERM'] ?? 'xterm-256color',
    cols: 100,
    rows: 30,
    cwd,
    env,
  })
  let output = ''
  let code: number | null = null
  terminal.onData((text) => (output += text))
  terminal.onExit(({ exitCode }) => (code = exitCode))
  try {
    await look(
      () => output,
      (text) => terminal.write(text),
    )
  } finally {
    if (code === null) terminal.kill('SIGHUP')
    await eventually(() => code !== null)
  }
  return { code, output }
}
