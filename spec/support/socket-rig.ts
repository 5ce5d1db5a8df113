/** Clients of the WebSocket of a real TCP door, before an API whose journal is an array. */
import { WebSocket } from 'ws'
import { serveTcp } from '../../lib/api/transports/tcp.js'
import type { RunEvent } from '../../lib/core/run/events.js'
import { journalApi, type JournalApi } from './journal-api.js'

export const AT = Date.UTC(2026, 10, 27)
export const note = (text: string): RunEvent => ({ type: 'noted', at: AT, subject: 'spec', text })
export const VIEWER = ['status:read', 'events:read', 'screens:read', 'logs:read', 'context:read']

export interface Rig extends JournalApi {
  readonly port: number
  readonly url: string
}

export async function withTcp(
  use: (rig: Rig) => Promise<void>,
  tokens = { viewer: VIEWER, other: ['logs:read'] },
): Promise<void> {
  const journal = journalApi(tokens)
  const tcp = await serveTcp(journal.api, { host: '127.0.0.1', port: 0, names: [], tls: null, behind: null })
  try {
    await use({ ...journal, port: tcp.port, url: `ws://127.0.0.1:${tcp.port}` })
  } finally {
    await tcp.close()
  }
}

export interface Heard {
  readonly seq: number
  readonly type: string
}

/** A client whose messages are collected. */
export function client(url: string, hello: object | null, headers: Record<string, string> = {}) {
  const socket = new WebSocket(url, { headers, perMessageDeflate: true })
  const heard: Heard[] = []
  let code: number | null = null
  socket.on('open', () => hello !== null && socket.send(JSON.stringify(hello)))
  socket.on('message', (data: Buffer) => heard.push(JSON.parse(data.toString('utf8')) as Heard))
  socket.on('close', (closed) => (code = closed))
  socket.on('error', () => undefined)
  return { socket, heard, code: () => code }
}
