/** Faults in front of a GitHub that has none of its own. */
import { createServer, request, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Faults } from './fake-faults.js'

interface Answered {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

export async function withFaultyProxy(
  target: string,
  faults: Faults,
  use: (url: string) => Promise<void>,
): Promise<void> {
  let count = 0
  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = []
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
    incoming.on('end', () => {
      const method = incoming.method ?? 'GET'
      const path = incoming.url ?? '/'
      const fault = faults({ method, path, operation: `${method} ${path}`, count: (count += 1) })
      const refuse = (status: number, headers = {}) => {
        response.writeHead(status, { 'content-type': 'application/json', ...headers })
        response.end(
          JSON.stringify({ message: 'no', documentation_url: 'https://docs.github.com/rest/rate-limits' }),
        )
      }
      if (fault?.kind === 'drop-before') return void incoming.socket.destroy()
      if (fault?.kind === 'status-before') return refuse(fault.status)
      if (fault?.kind === 'secondary')
        return refuse(
          fault.status,
          fault.retryAfter === null ? {} : { 'retry-after': String(fault.retryAfter) },
        )
      forward(`${target}${path}`, method, incoming.headers, Buffer.concat(chunks)).then(
        ({ status, headers, body }) => {
          const { 'transfer-encoding': _t, connection: _c, ...kept } = headers
          const send = () => {
            response.writeHead(status, { ...kept, 'content-length': body.length })
            response.end(body)
          }
          if (fault?.kind === 'drop-after') return void incoming.socket.destroy()
          if (fault?.kind === 'status-after') return refuse(fault.status)
          if (fault?.kind === 'late') return void setTimeout(send, fault.ms)
          if (fault?.kind !== 'half') return send()
          response.writeHead(status, { ...kept, 'content-length': body.length })
          response.write(body.subarray(0, Math.floor(body.length / 2)))
          setTimeout(() => incoming.socket.destroy(), 2)
        },
        () => incoming.socket.destroy(),
      )
    })
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  try {
    await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  } finally {
    server.closeAllConnections()
    await new Promise((resolve) => void server.close(resolve))
  }
}

function forward(url: string, method: string, headers: IncomingHttpHeaders, body: Buffer): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const { host: _h, connection: _c, 'transfer-encoding': _t, ...kept } = headers
    const outgoing = request(
      url,
      { method, headers: { ...kept, 'content-length': body.length }, agent: false },
      (answer) => {
        const chunks: Buffer[] = []
        answer.on('data', (chunk: Buffer) => chunks.push(chunk))
        answer.on('end', () =>
          resolve({ status: answer.statusCode ?? 502, headers: answer.headers, body: Buffer.concat(chunks) }),
        )
        answer.on('error', reject)
      },
    )
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}
