/** What a recording case is written in: prompts in, moments waited for, screens kept with the state that they show. */
import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { AgentState } from '../../lib/core/words.js'
import { labHome, type HomeOptions, type LabType } from './home.js'
import { startStub } from './model-stub.js'
import { labSession, sleep, type LabSession } from './session.js'

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
  /** Keeps the screen as `<case>-<name>`. */
  readonly snap: (name: string, state: AgentState) => Promise<void>
}

export interface Case {
  readonly name: string
  readonly types?: readonly LabType[]
  readonly home?: Omit<HomeOptions, 'urlFor'>
  readonly run: (driver: Driver) => Promise<void>
}

const READY: Readonly<Record<LabType, RegExp>> = {
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
  const driver: Driver = {
    type,
    session,
    wait,
    ready: async () => {
      await session.until(READY[type], 40_000)
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
    snap: async (name, state) => {
      const seen = await session.capture()
      const dir = path.join(into, type, `${version}-${one.name}-${name}-${cols}x${rows}`)
      await mkdir(dir, { recursive: true })
      // Paths of the laboratory say nothing and change with every run.
      const clean = (text: string) =>
        text.replaceAll(lab.root, '/home/dev/projects'.padEnd(lab.root.length, 'x').slice(0, lab.root.length))
      await writeFile(path.join(dir, 'screen.txt'), clean(seen.screen))
      const meta = { type, version, title: clean(seen.title), state, cols, rows }
      await writeFile(path.join(dir, 'meta.json'), `${JSON.stringify(meta, null, 2)}\n`)
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
