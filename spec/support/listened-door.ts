/** A door in a process of its own, and a client that hears each of its events and measures how long it was on its way. */
import { fork } from 'node:child_process'
import type { DoorNews } from './door-process.js'
import { eventually } from './eventually.js'
import { client, type Heard } from './socket-rig.js'

export class ListenedDoor {
  /** Memory of the door as last reported, in bytes. */
  rss = 0
  /** Each memory reported since the list was emptied, in MB. */
  readonly memory: number[] = []
  /** Of each event since the list was emptied, in ms. */
  readonly delays: number[] = []
  /** The number of the event that came last. */
  last = 0
  /** How many events did not come. */
  lost = 0

  p99(): number {
    return this.delays.toSorted((a, b) => a - b)[Math.floor(this.delays.length * 0.99)] ?? Number.NaN
  }

  told({ rss }: DoorNews): void {
    this.rss = rss
    this.memory.push(rss / 1024 / 1024)
  }

  heard({ seq, text }: { readonly seq: number; readonly text: string }): void {
    this.lost += seq - this.last - 1
    this.last = seq
    this.delays.push(Number(process.hrtime.bigint() - BigInt(text.split(' ', 1)[0] ?? '0')) / 1e6)
  }
}

export async function withListenedDoor(
  use: (door: ListenedDoor, port: number) => Promise<void>,
): Promise<void> {
  const child = fork('spec/support/door-process.ts', { execArgv: ['--import=tsx'] })
  const door = new ListenedDoor()
  let port: number | null = null
  child.on('message', (news: DoorNews) => {
    door.told(news)
    port = news.port
  })
  try {
    const at = await eventually(() => port ?? Promise.reject(new Error('it does not listen yet')))
    const listener = client(`ws://127.0.0.1:${at}/v1/ws`, { auth: 'viewer', after: 0 })
    listener.socket.on('message', () => door.heard(listener.heard.pop() as Heard & { text: string }))
    await use(door, at)
    listener.socket.terminate()
  } finally {
    child.disconnect()
  }
}
