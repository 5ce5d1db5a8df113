/** One agent CLI in a pane of a private tmux server: keys in, screens out. Ends with everything that it started. */
import { execFile, spawn } from 'node:child_process'
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { randomBytes } from 'node:crypto'
import type { LabHome } from './home.js'

const run = promisify(execFile)
export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

export interface Capture {
  readonly screen: string
  readonly styled: string
  readonly title: string
  readonly dead: boolean
}

export interface LabSession {
  readonly tmux: (...args: string[]) => Promise<string>
  readonly capture: () => Promise<Capture>
  readonly keys: (...names: string[]) => Promise<void>
  readonly type: (text: string) => Promise<void>
  readonly paste: (text: string, bracketed?: boolean) => Promise<void>
  /** Waits for the folded screen (or title) to match. */
  readonly until: (pattern: RegExp, timeoutMs?: number) => Promise<Capture>
  /** Is such a program running below the pane? By its command line. */
  readonly runs: (pattern: RegExp) => Promise<boolean>
  readonly close: () => Promise<void>
}

export async function labSession(lab: LabHome, cols: number, rows: number): Promise<LabSession> {
  const dir = await mkdtemp(path.join(lab.root, 's-'))
  const socket = path.join(dir, 't')
  const env = {
    PATH: lab.env['PATH'] ?? '',
    HOME: lab.home,
    TERM: 'xterm-256color',
    LANG: 'C.UTF-8',
    TMUX_TMPDIR: dir,
  }
  const tmux = async (...args: string[]) =>
    (await run('tmux', ['-u', '-S', socket, '-f', '/dev/null', ...args], { env, maxBuffer: 1 << 24 })).stdout
  const load = (name: string, text: string) =>
    new Promise<void>((resolve, reject) => {
      const child = spawn('tmux', ['-S', socket, 'load-buffer', '-b', name, '-'], {
        env,
        stdio: ['pipe', 'ignore', 'ignore'],
      })
      child.once('error', reject)
      child.once('close', (code) => (code === 0 ? resolve() : reject(new Error(`load-buffer: ${code}`))))
      child.stdin.end(text)
    })
  const words = Object.entries(lab.env).map(([name, value]) => `${name}=${value}`)
  await tmux(
    'new-session',
    '-d',
    '-s',
    'lab',
    '-x',
    String(cols),
    '-y',
    String(rows),
    '-c',
    lab.cwd,
    'sleep 0.1; exec sleep 100000',
    ';',
    'set',
    '-g',
    'remain-on-exit',
    'on',
    ';',
    'set',
    '-g',
    'status',
    'off',
    ';',
    'set',
    '-g',
    'default-terminal',
    'tmux-256color',
    ';',
    'set',
    '-g',
    'focus-events',
    'on',
  )
  await tmux(
    'respawn-pane',
    '-k',
    '-t',
    'lab',
    '-c',
    lab.cwd,
    'env',
    '-i',
    'TERM=tmux-256color',
    ...words,
    ...lab.argv,
  )
  const pane = Number(await tmux('display', '-p', '-t', 'lab', '#{pane_pid}'))
  const capture = async (): Promise<Capture> => {
    const [screen, styled, facts] = await Promise.all([
      tmux('capture-pane', '-p', '-t', 'lab'),
      tmux('capture-pane', '-p', '-e', '-t', 'lab'),
      tmux('display', '-p', '-t', 'lab', '#{pane_dead} #{pane_title}'),
    ])
    return { screen, styled, title: facts.slice(2).replace(/\n$/, ''), dead: facts.startsWith('1') }
  }
  return {
    tmux,
    capture,
    keys: async (...names) => void (await tmux('send-keys', '-t', 'lab', ...names)),
    type: async (text) => void (await tmux('send-keys', '-t', 'lab', '-l', text)),
    paste: async (text, bracketed = true) => {
      const name = `b${randomBytes(4).toString('hex')}`
      await load(name, text)
      await tmux('paste-buffer', ...(bracketed ? ['-p'] : []), '-r', '-d', '-b', name, '-t', 'lab')
    },
    until: async (pattern, timeoutMs = 20_000) => {
      const end = Date.now() + timeoutMs
      for (;;) {
        const seen = await capture()
        if (pattern.test(`${seen.title}\n${seen.screen.replace(/\s+/g, ' ')}`)) return seen
        if (Date.now() > end)
          throw new Error(`${String(pattern)} did not come:\n${seen.title}\n${seen.screen}`)
        await sleep(150)
      }
    },
    runs: async (pattern) => {
      const lines = await Promise.all(
        (await family(pane)).map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')),
      )
      return lines.some((line) => pattern.test(line.replaceAll('\0', ' ')))
    },
    close: async () => {
      const pids = await family(pane)
      await tmux('kill-server').catch(() => undefined)
      for (const pid of pids) {
        try {
          process.kill(pid, 'SIGKILL')
        } catch {
          // gone already
        }
      }
      await rm(dir, { recursive: true, force: true })
    },
  }
}

/** A process and all below it, by /proc: some CLIs outlive their pane. */
async function family(root: number): Promise<readonly number[]> {
  const parents = new Map<number, number>()
  for (const name of await readdir('/proc').catch(() => [])) {
    if (!/^\d+$/.test(name)) continue
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '')
    const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
    if (Number.isInteger(parent)) parents.set(Number(name), parent)
  }
  const found = [root]
  for (let i = 0; i < found.length; i += 1) {
    for (const [pid, parent] of parents) if (parent === found[i]) found.push(pid)
  }
  return found
}
