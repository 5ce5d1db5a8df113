/**
 * Looks names up in a process of its own. Node asks the system's resolver in a pool of four threads, of which two may look up:
 * two slow names keep every other name waiting, and a process cannot end before its look-ups have.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import type { Socket } from 'node:net'

/** Half of them look up at a time. */
const THREADS = 128
/** The process ends when nobody has asked for so long. */
const IDLE_MS = 10_000

// Killed, because an exit waits for its threads.
const PROGRAM = `
const { lookup } = require('node:dns')
let rest = ''
process.stdin.on('data', (data) => {
  const lines = (rest + data).split('\\n')
  rest = lines.pop()
  for (const name of lines)
    lookup(name, { all: true }, (error, found) => {
      const said = error ? { code: error.code } : { addresses: found.map(({ address }) => address) }
      process.stdout.write(JSON.stringify({ name, ...said }) + '\\n')
    })
})
process.stdin.on('end', () => process.kill(process.pid, 'SIGKILL'))`

interface Said {
  readonly name: string
  readonly addresses?: readonly string[]
  readonly code?: string
}

interface Asked {
  readonly resolve: (addresses: readonly string[]) => void
  readonly reject: (error: Error) => void
}

export class NameProcess {
  readonly #asked = new Map<string, Asked[]>()
  #process: ChildProcess | undefined
  #rest = ''
  #idle: NodeJS.Timeout | undefined

  /** As `lookUpHere`. */
  readonly lookUp = (name: string): Promise<readonly string[]> =>
    new Promise((resolve, reject) => {
      clearTimeout(this.#idle)
      const asked = this.#asked.get(name)
      if (asked !== undefined) {
        asked.push({ resolve, reject })
        return
      }
      this.#asked.set(name, [{ resolve, reject }])
      this.#process ??= this.#start()
      this.#process.stdin?.write(`${name}\n`)
    })

  /** It ends with us, too: its stdin does. */
  #start(): ChildProcess {
    const child = spawn(process.execPath, ['-e', PROGRAM], {
      cwd: '/',
      env: { ...process.env, UV_THREADPOOL_SIZE: String(THREADS) },
      stdio: ['pipe', 'pipe', 'ignore'],
    })
    const gone = () => this.#gone(child)
    for (const one of [child, child.stdin, child.stdout]) one.on('error', gone)
    child.once('exit', gone)
    child.stdout.setEncoding('utf8').on('data', (text: string) => this.#hear(text))
    // Whoever waits for an answer has a deadline; nobody else is kept alive by it.
    child.unref()
    for (const pipe of [child.stdin, child.stdout]) (pipe as unknown as Socket).unref()
    return child
  }

  #hear(text: string): void {
    const lines = (this.#rest + text).split('\n')
    this.#rest = lines.pop() ?? ''
    for (const line of lines) this.#said(JSON.parse(line) as Said)
    const child = this.#process
    if (this.#asked.size === 0 && child !== undefined)
      this.#idle = setTimeout(() => this.#gone(child), IDLE_MS).unref()
  }

  #said({ name, addresses, code = 'EAI_AGAIN' }: Said): void {
    const asked = this.#asked.get(name) ?? []
    this.#asked.delete(name)
    for (const { resolve, reject } of asked)
      if (addresses === undefined) reject(lookUpFailed(name, code))
      else resolve(addresses)
  }

  #gone(child: ChildProcess): void {
    if (this.#process !== child) return
    this.#process = undefined
    this.#rest = ''
    clearTimeout(this.#idle)
    child.stdin?.end()
    for (const name of this.#asked.keys()) this.#said({ name })
  }
}

/** As Node's own. */
function lookUpFailed(hostname: string, code: string): Error {
  return Object.assign(new Error(`getaddrinfo ${code} ${hostname}`), {
    code,
    syscall: 'getaddrinfo',
    hostname,
  })
}
