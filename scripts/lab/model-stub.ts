/**
 * A model on the loopback that speaks the APIs of all four agent CLIs. `startStub` in a spec; alone:
 * `tsx scripts/lab/model-stub.ts PORT`. Where an agent's tools need absolute paths the directory comes in the URL:
 * http://127.0.0.1:PORT/cwd/<base64url of the directory>/v1
 */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { chat } from './stub/chat.js'
import { readJson, sendJson, text } from './stub/exchange.js'
import { gemini } from './stub/gemini.js'
import { messages } from './stub/messages.js'
import { responses } from './stub/responses.js'

export interface Stub {
  readonly port: number
  /** Newest user texts of all requests, in order: what really reached the model. */
  readonly requests: { readonly path: string; readonly body: Readonly<Record<string, unknown>> }[]
  /** Requests that are being answered now. */
  readonly open: () => number
  readonly urlFor: (cwd: string) => string
  readonly close: () => Promise<void>
}

export async function startStub(port = 0): Promise<Stub> {
  const requests: Stub['requests'] = []
  let open = 0
  const server: Server = createServer((request, response) => {
    open += 1
    response.once('close', () => (open -= 1))
    void (async () => {
      const body = await readJson(request)
      const [, coded = '', rest = request.url ?? '/'] =
        /^\/cwd\/([A-Za-z0-9_-]+)(\/.*)$/.exec(request.url ?? '/') ?? []
      const cwd = Buffer.from(coded, 'base64url').toString() || '/tmp'
      const path = rest.split('?')[0] ?? '/'
      requests.push({ path, body })
      if (path.endsWith('/responses')) await responses(body, response)
      else if (path.endsWith('/count_tokens')) sendJson(response, 200, { input_tokens: 1200 })
      else if (path.endsWith('/messages')) await messages(body, response, cwd)
      else if (path.endsWith('/chat/completions')) await chat(body, response, cwd)
      else if (path.endsWith(':countTokens')) sendJson(response, 200, { totalTokens: 1200 })
      else if (/:(?:stream)?generateContent$/i.test(path)) await gemini(body, response, path, cwd)
      else if (path.endsWith('/models')) sendJson(response, 200, { object: 'list', data: [], models: [] })
      else sendJson(response, 404, { error: { message: `nothing at ${text(path)}` } })
    })().catch(() => response.destroy())
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const bound = (server.address() as AddressInfo).port
  return {
    port: bound,
    requests,
    open: () => open,
    urlFor: (cwd) => `http://127.0.0.1:${bound}/cwd/${Buffer.from(cwd).toString('base64url')}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

if (process.argv[1]?.endsWith('model-stub.ts') === true) {
  const stub = await startStub(Number(process.argv[2] ?? '0'))
  process.stdout.write(`${stub.port}\n`)
}
