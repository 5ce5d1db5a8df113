/** What a recording case is written in: prompts in, moments waited for, screens kept with the state that they show. */
import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { AgentState } from '../../lib/core/words.js'
import { labHome, type HomeOptions, type LabType } from './home.js'
import { startStub } from './model-stub.js'
import { labSession, sleep, type Capture, type LabSession } from './session.js'

export interface Driver {
  readonly type: LabType
  readonly session: LabSession
  readonly wait: (seconds: number) => Promise<void>
  /** The composer is up and nothing moves. */
  readonly ready: () => Promise<void>
  /** Pastes, waits, presses Enter. */
  readonly prompt: (text: string) => Promise<void>
  readonly keys: (...names: string[]) => Promise<void>
  /** Until the model has answered everything and the screen had time to show it. */
  readonly answered: (timeoutMs?: number) => Promise<void>
  /** Until the command of the model runs; says yes where the CLI asks first. */
  readonly allowed: () => Promise<void>
  /** Gives the pane another size. */
  readonly resize: (cols: number, rows: number) => Promise<void>
  /** Keeps the screen as `<case>-<name>`. */
  readonly snap: (name: string, state: AgentState) => Promise<void>
  /**
   * `snap`, but only where what the model answered allows that state; says so otherwise. `stopped`: a person ended the
   * turn. `overlay`: a person opened a picker over the composer.
   */
  readonly keep: (name: string, state: AgentState, how?: 'stopped' | 'overlay') => Promise<void>
}

export interface Case {
  readonly name: string
  readonly types?: readonly LabType[]
  readonly home?: Omit<HomeOptions, 'urlFor'>
  readonly run: (driver: Driver) => Promise<void>
}

export const READY: Readonly<Record<LabType, RegExp>> = {
  claude: /❯.*(?:\? for shortcuts|manual mode)/,
  codex: /› .*(?:for agents|context|·)/,
  gemini: /Type your message|Ready/,
  opencode: /Ask anything|ctrl\+p/,
}

export interface RecordOptions {
  readonly type: LabType
  readonly version: string
  readonly cols: number
  readonly rows: number
  readonly into: string
  readonly install?: string
  /** Further sizes that `keep` gives the pane for a moment each: a heavy CLI need not be started for each of them. */
  readonly sweep?: readonly string[]
}

export async function recordCase(one: Case, options: RecordOptions): Promise<void> {
  const { type, version, cols, rows, into } = options
  const stub = await startStub()
  const lab = await labHome(type, {
    urlFor: stub.urlFor,
    ...one.home,
    ...(options.install === undefined ? {} : { install: options.install }),
  })
  const session = await labSession(lab, cols, rows)
  const wait = (seconds: number) => sleep(seconds * 1000)
  const size = { cols, rows }
  /** Commands that the scenes run for long all sleep. */
  const running = () => session.runs(/^sleep \d/)
  const allows = async (state: AgentState, how?: 'stopped' | 'overlay') => {
    const newest = stub.newest()
    const busy = stub.open() > 0
    const asked = newest?.turn.tool !== undefined && !newest.open
    if (state === 'working') return busy || newest?.turn.error !== undefined || (asked && (await running()))
    if (state === 'waiting') return !busy && ((asked && !(await running())) || how === 'overlay')
    if (state === 'idle') return !busy && (!asked || (how === 'stopped' && !(await running())))
    if (state === 'error' || state === 'limited') return !busy && newest?.turn.error !== undefined
    return true
  }
  const snap = async (name: string, state: AgentState, seen: Capture) => {
    const at = `${size.cols}x${size.rows}`
    const dir = path.join(into, type, `${version}-${one.name}-${name}-${at}`)
    await mkdir(dir, { recursive: true })
    // Paths of the laboratory say nothing and change with every run.
    const clean = (text: string) =>
      text.replaceAll(lab.root, '/home/dev/projects'.padEnd(lab.root.length, 'x').slice(0, lab.root.length))
    await writeFile(path.join(dir, 'screen.txt'), clean(seen.screen))
    const meta = { type, version, title: clean(seen.title), state, ...size }
    await writeFile(path.join(dir, 'meta.json'), `${JSON.stringify(meta, null, 2)}\n`)
  }
  const keep = async (name: string, state: AgentState, how?: 'stopped' | 'overlay') => {
    const before = await allows(state, how)
    const seen = await session.capture()
    let covered = true
    if (how === 'overlay') {
      // Where letters arrive on the screen something takes text: that is no picker, or one with a search field.
      await session.type('zqz')
      await wait(1)
      covered = !(await session.capture()).screen.includes('zqz')
    }
    if (before && covered && (await allows(state, how))) await snap(name, state, seen)
    else
      process.stderr.write(`${type} ${one.name}-${name} ${size.cols}x${size.rows}: not ${state}, left out\n`)
  }
  const driver: Driver = {
    type,
    session,
    wait,
    ready: async () => {
      await session.until(READY[type], 180_000)
      await wait(type === 'opencode' ? 4 : 1.5)
    },
    prompt: async (text) => {
      const before = stub.requests.length
      await session.paste(text)
      await wait(type === 'opencode' ? 1 : 0.5)
      await session.keys('Enter')
      // The moments of a case count from here; a slow start must not shift them. A queued prompt asks nothing yet.
      const end = Date.now() + (stub.open() > 0 ? 0 : 10_000)
      while (stub.requests.length === before && Date.now() < end) await sleep(50)
    },
    keys: (...names) => session.keys(...names),
    answered: async (timeoutMs = 60_000) => {
      const end = Date.now() + timeoutMs
      let seen = ''
      let still = 0
      // Every CLI moves something while it works: a screen that stands still has no work on it.
      while (still < 10 && Date.now() < end) {
        await sleep(250)
        const { screen } = await session.capture()
        still = stub.open() === 0 && screen === seen ? still + 1 : 0
        seen = screen
      }
    },
    allowed: async () => {
      const end = Date.now() + 30_000
      while (Date.now() < end && (stub.newest()?.turn.tool === undefined || stub.open() > 0)) await sleep(250)
      await wait(3)
      for (let i = 0; i < 3 && !(await running()); i += 1) {
        await session.keys('Enter')
        await wait(3)
      }
    },
    resize: async (newCols, newRows) => {
      await session.tmux('resize-window', '-t', 'lab', '-x', String(newCols), '-y', String(newRows))
      size.cols = newCols
      size.rows = newRows
      await wait(type === 'opencode' ? 2 : 1.2)
    },
    snap: async (name, state) => snap(name, state, await session.capture()),
    keep: async (name, state, how) => {
      await keep(name, state, how)
      if (how === 'overlay' || options.sweep === undefined) return
      const { cols: oldCols, rows: oldRows } = size
      for (const other of options.sweep) {
        const [newCols = 80, newRows = 24] = other.split('x').map(Number)
        await driver.resize(newCols, newRows)
        await keep(name, state, how)
      }
      await driver.resize(oldCols, oldRows)
    },
  }
  try {
    await one.run(driver)
  } catch (error) {
    const seen = await session.capture().catch(() => undefined)
    process.stderr.write(
      `${type} ${one.name} ${cols}x${rows}: ${String(error)}\n${seen?.title ?? ''}\n${seen?.screen ?? ''}\n`,
    )
  } finally {
    await session.close()
    await lab.remove()
    await stub.close()
  }
}
