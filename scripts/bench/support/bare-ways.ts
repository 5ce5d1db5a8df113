/** The same words by the plainest ways there are: what they take is what the machine itself takes at that moment. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { ApiClient } from '../../../lib/api/client.js'
import type { Ground, Host } from './ground.js'

export interface BareWay {
  /** Milliseconds until a word that is said there is heard here; NaN when it is not within 10 s. */
  measure(): Promise<number>
  stop(): Promise<void>
}

/** `ssh host cat FIFO`: a line written there. */
export async function bareSsh(ground: Ground, { name, sshd }: Host): Promise<BareWay> {
  const fifo = join(sshd.home, 'bare.fifo')
  rmSync(fifo, { force: true })
  if (spawnSync('mkfifo', [fifo]).status !== 0) throw new Error('no mkfifo')
  const end = openSync(fifo, 'r+')
  const child = spawn('ssh', ['-F', ground.sshConfig, name, `exec cat ${fifo}`], {
    env: { ...ground.orchestra.env },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  return lineWay(
    child,
    (word) => void writeSync(end, `${word}\n`),
    () => closeSync(end),
  )
}

/** One control-mode client over ssh, and grep: a word printed on a pane's terminal there. */
export function bareControl(ground: Ground, { name }: Host, session: string, tty: string): Promise<BareWay> {
  const attach = `tmux -L orchestra -C attach -t '=${session}' -f ignore-size,read-only`
  const child = spawn(
    'sh',
    [
      '-c',
      'ssh -F "$1" "$2" "$3" | grep -a -o --line-buffered "BARE:[0-9]*:"',
      'sh',
      ground.sshConfig,
      name,
      attach,
    ],
    { env: { ...ground.orchestra.env }, stdio: ['pipe', 'pipe', 'ignore'] },
  )
  return lineWay(
    child,
    (word) => writeFileSync(tty, `${word}\r\n`),
    () => undefined,
  )
}

async function lineWay(
  child: ChildProcess,
  say: (word: string) => void,
  close: () => void,
): Promise<BareWay> {
  const wanted = new Map<string, (at: number) => void>()
  const exited = once(child, 'exit')
  if (child.stdout === null) throw new Error('no stdout')
  createInterface({ input: child.stdout }).on('line', (line) => {
    wanted.get(line)?.(performance.now())
    wanted.delete(line)
  })
  let serial = 0
  const measure = async (timeoutMs = 10_000): Promise<number> => {
    const word = `BARE:${++serial}:`
    let timer: NodeJS.Timeout | undefined
    const heard = new Promise<number>((resolve) => {
      wanted.set(word, resolve)
      timer = setTimeout(resolve, timeoutMs, Number.NaN)
    })
    const since = performance.now()
    say(word)
    const at = await heard
    clearTimeout(timer)
    return at - since
  }
  // Until it is connected.
  for (let tries = 0; Number.isNaN(await measure(500)); tries++)
    if (tries === 60) throw new Error('a bare way does not come up')
  return {
    measure,
    async stop() {
      child.stdin?.end()
      child.kill()
      await exited
      close()
    },
  }
}

const ECHO = `require('node:http').createServer((q, s) => s.end('{}')).listen(process.argv[1])`

/** A Node process of its own that answers every request at once. */
export async function bareApi(ground: Ground): Promise<BareWay> {
  const socket = join(ground.orchestra.dir, 'bare.sock')
  const child = spawn(process.execPath, ['-e', ECHO, socket], { stdio: 'ignore' })
  const exited = once(child, 'exit')
  const client = new ApiClient(socket)
  const ask = () =>
    client.get('/').then(
      () => true,
      () => false,
    )
  while (!(await ask())) await new Promise((resolve) => setTimeout(resolve, 50))
  return {
    async measure() {
      const since = performance.now()
      return (await ask()) ? performance.now() - since : Number.NaN
    },
    async stop() {
      child.kill()
      await exited
    },
  }
}
