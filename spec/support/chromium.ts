/** Debian's Chromium, driven by its own protocol over a WebSocket: a page is opened, runs a program, and what it asked for is seen. */
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { WebSocket } from 'ws'

const PROGRAM = '/usr/bin/chromium'
export const HAS_CHROMIUM = existsSync(PROGRAM)

export interface Page {
  /** Resolves when it is loaded; the status of its document. */
  go(url: string): Promise<number>
  /** The value of an expression, awaited. */
  run<T>(expression: string): Promise<T>
  /** Statuses of all answers whose address holds these words, in their order. */
  statuses(words: string): number[]
  cookies(): Promise<unknown[]>
}

interface Said {
  readonly id?: number
  readonly method?: string
  readonly params?: Record<string, unknown>
  readonly result?: Record<string, unknown>
  readonly error?: { readonly message: string }
}

/** `hosts`: names that resolve to 127.0.0.1, as an attacker's would. */
export async function withPage(hosts: readonly string[], use: (page: Page) => Promise<void>): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'orc-chromium-'))
  const rules = hosts.map((name) => `MAP ${name} 127.0.0.1`).join(',')
  const words = ['--headless=new', '--no-sandbox', '--disable-gpu', '--no-first-run', '--remote-debugging-port=0', `--user-data-dir=${dir}`, `--host-resolver-rules=${rules}`, 'about:blank'] // prettier-ignore
  const browser = spawn(PROGRAM, words, {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, HOME: dir },
  })
  const closed = new Promise<void>((done) => browser.once('close', () => done()))
  try {
    const url = await new Promise<string>((done, reject) => {
      let text = ''
      browser.stderr.setEncoding('utf8').on('data', (part: string) => {
        text += part
        const found = /DevTools listening on (ws:\S+)/.exec(text)?.[1]
        if (found !== undefined) done(found)
      })
      browser.once('close', () => reject(new Error(`chromium ended: ${text.slice(-500)}`)))
    })
    await use(await openPage(url))
  } finally {
    browser.kill('SIGKILL')
    await closed
    rmSync(dir, { recursive: true, force: true, maxRetries: 10 })
  }
}

async function openPage(url: string): Promise<Page> {
  const socket = new WebSocket(url)
  await new Promise((done, reject) => socket.once('open', done).once('error', reject))
  const waiting = new Map<number, (said: Said) => void>()
  const answers: { readonly url: string; readonly status: number }[] = []
  let loaded: () => void = () => undefined
  let count = 0
  socket.on('message', (data: Buffer) => {
    const said = JSON.parse(data.toString('utf8')) as Said
    if (said.id !== undefined) waiting.get(said.id)?.(said)
    if (said.method === 'Page.loadEventFired') loaded()
    if (
      said.method === 'Network.responseReceived' ||
      said.method === 'Network.webSocketHandshakeResponseReceived'
    ) {
      const response = said.params?.['response'] as { url?: string; status: number }
      answers.push({ url: response.url ?? 'ws:', status: response.status })
    }
  })
  const send = (method: string, params: object = {}, sessionId?: string) =>
    new Promise<Record<string, unknown>>((done, reject) => {
      const id = ++count
      waiting.set(id, ({ result = {}, error }) =>
        error === undefined ? done(result) : reject(new Error(error.message)),
      )
      socket.send(JSON.stringify({ id, method, params, ...(sessionId === undefined ? {} : { sessionId }) }))
    })
  const { targetId } = await send('Target.createTarget', { url: 'about:blank' })
  const attached = await send('Target.attachToTarget', { targetId, flatten: true })
  const session = String(attached['sessionId'])
  await Promise.all(['Page', 'Network', 'Runtime'].map((domain) => send(`${domain}.enable`, {}, session)))
  // A page that an attacker served under that name has no policy of ours.
  await send('Page.setBypassCSP', { enabled: true }, session)
  return {
    go: async (address) => {
      const done = new Promise<void>((resolve) => (loaded = resolve))
      const before = answers.length
      await send('Page.navigate', { url: address }, session)
      await done
      return answers.slice(before).find((one) => one.url.split('#')[0] === address.split('#')[0])?.status ?? 0
    },
    run: async <T>(expression: string) => {
      const asked = { expression, awaitPromise: true, returnByValue: true }
      const { result, exceptionDetails } = await send('Runtime.evaluate', asked, session)
      if (exceptionDetails !== undefined) throw new Error(JSON.stringify(exceptionDetails))
      return (result as { value: T }).value
    },
    statuses: (words) => answers.filter((one) => one.url.includes(words)).map(({ status }) => status),
    cookies: async () => (await send('Network.getAllCookies', {}, session))['cookies'] as unknown[],
  }
}
