/** The script that people write: looks at every pane by `capture-pane`, sleeps, looks again. One a host, over ssh. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Ground } from './ground.js'

export interface Poller {
  /** Calls `done` once, when a round has seen the marker's word on that pane. */
  onSeen(host: string, pane: string, word: string, done: (at: number) => void): void
  stop(): Promise<void>
}

const script = (seconds: number) => `
while :; do
  for pane in $(tmux -L orchestra list-panes -a -F '#{pane_id}' | sort -u); do
    tmux -L orchestra capture-pane -p -t "$pane" | sed -n "s/.*<<ORC:[a-z2-7]*:\\\\([A-Z0-9%]*\\\\)>>.*/$pane \\\\1/p" | tail -n 1
  done
  echo round
  sleep ${seconds}
done`

export async function startPoller(ground: Ground, everyMs: number): Promise<Poller> {
  const wanted = new Map<string, (at: number) => void>()
  const children: ChildProcess[] = []
  const ready: Promise<void>[] = []
  for (const { name } of ground.hosts) {
    const child = spawn('ssh', ['-F', ground.sshConfig, name, 'exec sh -s'], {
      env: { ...ground.orchestra.env },
      stdio: ['pipe', 'pipe', 'ignore'],
    })
    children.push(child)
    child.stdin.end(script(everyMs / 1000))
    const lines = createInterface({ input: child.stdout })
    ready.push(new Promise((resolve) => lines.on('line', (line) => line === 'round' && resolve())))
    lines.on('line', (line) => {
      const key = `${name} ${line}`
      wanted.get(key)?.(performance.now())
      wanted.delete(key)
    })
  }
  await Promise.all(ready)
  return {
    onSeen: (host, pane, word, done) => void wanted.set(`${host} ${pane} ${word}`, done),
    async stop() {
      for (const child of children) {
        child.kill()
        if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
      }
    },
  }
}
