/** Figures of a running daemon from outside: memory, descriptors, how long it takes to answer. Linux only. */
import { readFileSync, readdirSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import type { StatusDocument } from '../../lib/core/protocol/status.js'
import type { Orchestra } from './orchestra.js'

export interface DaemonMeter {
  readonly pid: number
  /** MB */
  rss(): number
  descriptors(): number
  /** ms */
  ping(): Promise<number>
  status(): Promise<StatusDocument>
}

export function daemonMeter(orchestra: Orchestra, session: string): DaemonMeter {
  const file = join(orchestra.state, 'sessions', session, 'daemon.json')
  const { pid, socket } = JSON.parse(readFileSync(file, 'utf8')) as { pid: number; socket: string }
  const get = (path: string) =>
    new Promise<string>((resolve, reject) => {
      const asked = request({ socketPath: socket, path, timeout: 20_000 }, (response) => {
        let text = ''
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
        response.on('end', () => resolve(text))
      })
      asked.on('error', reject)
      asked.end()
    })
  return {
    pid,
    rss: () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024,
    descriptors: () => readdirSync(`/proc/${pid}/fd`).length,
    ping: async () => {
      const since = performance.now()
      await get('/v1/ping')
      return performance.now() - since
    },
    status: async () => JSON.parse(await get('/v1/status')) as StatusDocument,
  }
}
