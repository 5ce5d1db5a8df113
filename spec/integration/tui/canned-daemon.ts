/** The API on a real socket with canned answers: what the monitor reads, and a record of what it asks for. */
import { createServer, type ServerResponse } from 'node:http'
import { rm } from 'node:fs/promises'
import type { EventRow, StatusDocument } from '../../../lib/core/protocol/status.js'

export interface CannedDaemon {
  readonly posts: { readonly path: string; readonly body: unknown }[]
  publish(doc: StatusDocument): void
  stop(): Promise<void>
}

export async function startCannedDaemon(
  socket: string,
  first: StatusDocument,
  events: readonly EventRow[] = [],
  screen: readonly string[] = [],
): Promise<CannedDaemon> {
  let doc = first
  const posts: { path: string; body: unknown }[] = []
  const streams = new Set<ServerResponse>()
  const send = (to: ServerResponse) => to.write(`event: status\ndata: ${JSON.stringify(doc)}\n\n`)
  const server = createServer((request, response) => {
    const path = (request.url ?? '').split('?')[0] ?? ''
    if (path === '/v1/stream') {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      streams.add(response)
      response.on('close', () => streams.delete(response))
      send(response)
      return
    }
    let text = ''
    request.on('data', (chunk) => (text += chunk))
    request.on('end', () => {
      if (request.method === 'POST') posts.push({ path, body: JSON.parse(text || '{}') })
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify(answer(request.method ?? 'GET', path)))
    })
  })
  const answer = (method: string, path: string): unknown => {
    if (path === '/v1/events') return events
    if (path.endsWith('/screen'))
      return { agent: 'x', at: doc.at, cols: 80, rows: 24, title: '', lines: screen }
    if (path.endsWith('/log')) return { text: screen.join('\n') }
    if (method === 'POST' && path.endsWith('/send'))
      return { operation_id: 'o', agent: path.split('/')[3], state: 'queued', reason: null }
    return { ok: true }
  }
  await rm(socket, { force: true })
  await new Promise<void>((resolve) => server.listen(socket, resolve))
  return {
    posts,
    publish: (next) => {
      doc = next
      for (const stream of streams) send(stream)
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
