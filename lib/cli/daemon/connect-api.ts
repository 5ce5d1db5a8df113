/** `--api URL --token-file F`: the API of a daemon that listens on TCP. */
import { readFileSync, statSync } from 'node:fs'
import { connect as connectTcp } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { ApiClient } from '../../api/client.js'
import { messageOf, OrchestraError } from '../../core/errors.js'
import { fix } from '../../core/fixes.js'
import type { Parsed } from '../parse.js'

const CONNECT_MS = 10_000

/** @throws OrchestraError(usage): words that contradict `--api`, or a verb that is of no use over it */
export function checkApiUse({ verb, values, positionals }: Parsed): void {
  const { api, host, session } = values
  if (api === undefined)
    throw new OrchestraError('--token-file goes with --api', {
      kind: 'usage',
      hint: 'A daemon of this machine, or one that is reached through ssh, knows you without a token.',
    })
  for (const [name, value] of Object.entries({ host, session }))
    if (value !== undefined)
      throw new OrchestraError(`--${name} and --api do not go together`, {
        kind: 'usage',
        hint: 'An address is that of one daemon, which has one session.',
      })
  // A layout in its words is a file of that machine.
  const isOfLayout = verb.name === 'run' && positionals.length > 0 && values['dry-run'] !== true
  const why = isOfLayout ? "reads a layout of the daemon's machine" : verb.notOverApi
  if (why === undefined) return
  throw new OrchestraError(`${verb.name} is not used over --api: it ${why}`, {
    kind: 'usage',
    hint: 'Log in to the machine that is meant, and use it there without --api.',
  })
}

export function connectApi(text: string, tokenFile: string | undefined): ApiClient {
  const url = parseUrl(text)
  const token = readToken(tokenFile)
  const isTls = url.protocol === 'https:'
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const port = Number(url.port) || (isTls ? 443 : 80)
  const dial = () => {
    const socket = isTls ? connectTls({ host, port, servername: host }) : connectTcp({ host, port })
    socket.setTimeout(CONNECT_MS, () => socket.destroy(new Error(`${url.host} does not answer`)))
    socket.once(isTls ? 'secureConnect' : 'connect', () => socket.setTimeout(0))
    return socket
  }
  const hint = `Is the daemon there reached by ${url.origin}? \`api.tcp\` in its layout says how.`
  const silent = () => ({ message: `the daemon behind ${url.origin} does not answer`, hint })
  return new ApiClient(dial, hint, silent, () => `authorization: Bearer ${token}\r\n`, url.host)
}

function parseUrl(text: string): URL {
  let url: URL | null = null
  try {
    url = new URL(text)
  } catch {
    // said below
  }
  const isPlain = url?.username === '' && url.pathname === '/' && url.search === '' && url.hash === ''
  if (url !== null && /^https?:$/.test(url.protocol) && isPlain) return url
  throw new OrchestraError('--api: not the address of a daemon', {
    kind: 'usage',
    hint: 'https://NAME:PORT; the token goes into a file, for --token-file.',
  })
}

/** A token is as good as a key: nobody else may read it, and it stands in no command line. */
function readToken(file: string | undefined): string {
  if (file === undefined)
    throw new OrchestraError('--api needs --token-file', {
      kind: 'usage',
      hint: 'A file of yours alone (0600) that holds the token.',
    })
  let text: string
  let mode: number
  try {
    text = readFileSync(file, 'utf8').trim()
    mode = statSync(file).mode
  } catch (cause) {
    throw new OrchestraError(`the token cannot be read: ${messageOf(cause)}`, { kind: 'usage', cause })
  }
  if ((mode & 0o077) !== 0)
    throw new OrchestraError(`others may read ${file}`, { kind: 'usage', hint: fix('token.close', file) })
  if (!/^[\x21-\x7e]{8,500}$/.test(text))
    throw new OrchestraError(`${file} does not hold a token`, { kind: 'usage' })
  return text
}
