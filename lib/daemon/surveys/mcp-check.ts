/** Whether an MCP server works: start it, initialize, list its tools, end it. JSON-RPC, one message a line. */
import { shellLine, shellQuote } from '../../core/shell-quote.js'
import type { McpServerSpec } from '../../core/layout/model.js'
import { safeText } from '../../core/text/safe-text.js'
import type { Environment } from '../../core/environment/environment.js'
import { within } from '../../exec/within.js'
import { endStarts } from '../machines/end-starts.js'
import type { Host } from '../machines/host.js'

export interface McpResult {
  readonly ok: boolean
  readonly tools: number | null
  readonly reason: string | null
}

const DEADLINE_MS = 15_000
/** How long a server may take to end with its input. */
const GOODBYE_MS = 500
const MAX_REASON = 200
const MAX_BYTES = 4 * 1024 * 1024
const PROTOCOL_VERSION = '2025-06-18'

/** @param programEnv of a program on that machine; what the layout says of the server comes above it */
export async function checkMcpServer(
  host: Pick<Host, 'link' | 'shell' | 'paths'>,
  spec: McpServerSpec,
  programEnv: Environment = {},
  cwd: string | null = null,
): Promise<McpResult> {
  const start = `${host.paths.root}/mcp/${spec.id}`
  // Of a check whose link was lost, or whose daemon was killed.
  await endStarts(host, [start])
  // Everything that the server starts carries the mark: many are started by another program (npx, uvx), which leaves
  // them behind when it ends.
  const marked = { ...programEnv, ...spec.env, ORCHESTRA_START: `${start}:` }
  const env = Object.entries(marked).map(([k, v]) => `export ${k}=${shellQuote(v)};`)
  // Values of the environment go in by stdin, never by argv.
  const held = await host.link.hold([
    'env',
    '-i',
    'sh',
    '-c',
    'read -r n; env=$(dd bs=1 count="$n" 2>/dev/null); eval "$env"; unset n env; ' +
      'case $2 in "~") set -- "$1" "$HOME";; "~/"*) set -- "$1" "$HOME/${2#"~/"}";; esac; ' +
      'cd -- "$2" 2>/dev/null || { echo "cannot enter the directory $2" >&2; exit 125; }; eval "exec $1"',
    'sh',
    shellLine(spec.command),
    cwd ?? '~',
  ])
  const prologue = env.join('\n')
  held.stdin.write(`${Buffer.byteLength(prologue)}\n${prologue}`)
  const say = (message: object) => held.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`)
  let timer: NodeJS.Timeout | undefined
  try {
    return await new Promise<McpResult>((resolve) => {
      // What it says is a stranger's.
      const fail = (reason: string) =>
        resolve({ ok: false, tools: null, reason: safeText(reason).slice(0, MAX_REASON) })
      timer = setTimeout(() => fail(`no answer in ${DEADLINE_MS / 1000} s`), DEADLINE_MS)
      void held.closed.then(({ exitCode }) => {
        const last = held.stderrTail().trim().split('\n').at(-1)
        fail([`it ended with status ${exitCode ?? 'unknown'}`, last].filter(Boolean).join(': '))
      })
      readMessages(held.stdout, (message) => {
        if (message.id === 1 && message.result !== undefined) {
          say({ method: 'notifications/initialized' })
          say({ id: 2, method: 'tools/list' })
        } else if (message.id === 2 && message.result !== undefined) {
          const tools = (message.result as { tools?: unknown }).tools
          if (Array.isArray(tools)) resolve({ ok: true, tools: tools.length, reason: null })
          else fail('its list of tools is no list')
        } else if (message.error !== undefined) {
          const said = message.error?.message
          fail(typeof said === 'string' ? said : 'it answered with an error')
        }
      })
      say({
        id: 1,
        method: 'initialize',
        params: {
          protocolVersion: PROTOCOL_VERSION,
          capabilities: {},
          clientInfo: { name: 'orchestra', version: '1' },
        },
      })
    })
  } finally {
    clearTimeout(timer)
    // Its input ends; what does not end with that is ended.
    held.kill()
    await within(GOODBYE_MS, held.closed)
    // When the link is lost, the next check does it.
    await endStarts(host, [start]).catch(() => [])
  }
}

interface RpcMessage {
  readonly id?: unknown
  readonly result?: unknown
  readonly error?: { readonly message?: unknown } | null
}

/** Lines that are no message (a server that prints its banner) are passed over. */
function readMessages(stream: NodeJS.ReadableStream, listener: (message: RpcMessage) => void): void {
  let rest = ''
  let size = 0
  stream.on('error', () => {})
  stream.on('data', (chunk: Buffer) => {
    size += chunk.length
    if (size > MAX_BYTES) return
    const lines = (rest + chunk.toString('utf8')).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      try {
        const message: unknown = JSON.parse(line)
        if (typeof message === 'object' && message !== null) listener(message)
      } catch {
        // not for us
      }
    }
  })
}
