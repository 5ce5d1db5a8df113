/**
 * A model on the loopback that speaks the APIs of all four agent CLIs. `startStub` in a spec; alone:
 * `tsx scripts/lab/model-stub.ts PORT`. Where an agent's tools need absolute paths the directory comes in the URL, and
 * where several share one model, their names:
 * http://127.0.0.1:PORT/cwd/<base64url of the directory>/v1, http://127.0.0.1:PORT/agent/<name>/cwd/…
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { chat } from './stub/chat.js'
import { readJson, sendJson, text, turnsGiven } from './stub/exchange.js'
import { gemini } from './stub/gemini.js'
import { messages } from './stub/messages.js'
import { responses } from './stub/responses.js'
import { turnFor, type Turn } from './stub/scenes.js'

export interface Asked {
  readonly path: string
  readonly body: Readonly<Record<string, unknown>>
  /** Whose it is, as the URL says; empty without a name. */
  readonly agent: string
  readonly at: number
  /** When the answer was complete, refused or cut; null: it is being answered. */
  endedAt: number | null
}

export interface Stub {
  readonly port: number
  /** All requests, in order: what really reached the model. */
  readonly requests: readonly Asked[]
  /** Requests that are being answered now. */
  readonly open: () => number
  /** How the newest request of a prompt was answered, and whether that is still going on; null: none came. */
  readonly newest: () => { readonly turn: Turn; readonly open: boolean } | null
  readonly urlFor: (cwd: string) => string
  readonly close: () => Promise<void>
}

export interface StubOptions {
  readonly port?: number
  /** Where it listens; never anywhere else. Default: the loopback. */
  readonly addresses?: readonly string[]
  /** Default: the scene that the prompt names. */
  readonly choose?: (agent: string, prompt: string, toolResults: number) => Turn
}

export async function startStub(options: StubOptions = {}): Promise<Stub> {
  const { addresses = ['127.0.0.1'], choose = (_, prompt, results) => turnFor(prompt, results) } = options
  const requests: Asked[] = []
  const answers: ServerResponse[] = []
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    answers.push(response)
    void (async () => {
      const [, agent = '', coded = '', rest = '/'] =
        /^(?:\/agent\/([^/]+))?(?:\/cwd\/([A-Za-z0-9_-]+))?(\/.*)$/.exec(request.url ?? '/') ?? []
      const body = await readJson(request)
      const cwd = Buffer.from(coded, 'base64url').toString() || '/tmp'
      const path = rest.split('?')[0] ?? '/'
      const asked: Asked = { path, body, agent, at: Date.now(), endedAt: null }
      requests.push(asked)
      response.once('close', () => (asked.endedAt = Date.now()))
      const say = (prompt: string, results: number) => choose(agent, prompt, results)
      if (path.endsWith('/responses')) await responses(body, response, say)
      else if (path.endsWith('/count_tokens')) sendJson(response, 200, { input_tokens: 1200 })
      else if (path.endsWith('/messages')) await messages(body, response, cwd, say)
      else if (path.endsWith('/chat/completions')) await chat(body, response, cwd, say)
      else if (path.endsWith(':countTokens')) sendJson(response, 200, { totalTokens: 1200 })
      else if (/:(?:stream)?generateContent$/i.test(path)) await gemini(body, response, path, cwd, say)
      else if (path.endsWith('/models')) sendJson(response, 200, { object: 'list', data: [], models: [] })
      else sendJson(response, 404, { error: { message: `nothing at ${text(path)}` } })
    })().catch(() => response.destroy())
  }
  const servers: Server[] = []
  let { port = 0 } = options
  for (const address of addresses) {
    const server = createServer(answer)
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(port, address, resolve)
    })
    servers.push(server)
    port = (server.address() as AddressInfo).port
  }
  return {
    port,
    requests,
    open: () => requests.filter(({ endedAt }) => endedAt === null).length,
    newest: () => {
      const answer = answers.findLast((one) => turnsGiven.has(one) && turnsGiven.get(one)?.side !== true)
      const turn = answer === undefined ? undefined : turnsGiven.get(answer)
      return answer === undefined || turn === undefined
        ? null
        : { turn, open: !answer.writableFinished && !answer.destroyed }
    },
    urlFor: (cwd) => `http://127.0.0.1:${port}/cwd/${Buffer.from(cwd).toString('base64url')}`,
    close: async () => {
      for (const server of servers)
        await new Promise<void>((resolve) => {
          server.close(() => resolve())
          server.closeAllConnections()
        })
    },
  }
}

if (process.argv[1]?.endsWith('model-stub.ts') === true) {
  const stub = await startStub({ port: Number(process.argv[2] ?? '0') })
  process.stdout.write(`${stub.port}\n`)
}
