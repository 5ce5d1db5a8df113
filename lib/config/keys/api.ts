/** `api:`. */
import { DEFAULT_TCP_PORT, type ApiSpec, type TcpSpec } from '../../core/layout/api-spec.js'
import { localPath } from '../local-path.js'
import { isMap } from '../located.js'
import { group, keys, required, whole, type Docs, type Key, type Values } from './key.js'
import { count, line, path, texts, word } from './kinds.js'

const tls = keys(() => ({ cert: required(path()), key: required(path()) }))
export const TLS_DOCS: Docs<typeof tls> = {
  cert: 'PEM file of the certificate, with its chain; read again when it changes',
  key: 'PEM file of its key',
}

const tcp = keys(() => ({
  host: line(255),
  port: count(1, 65_535),
  names: texts(line(255)),
  tls: maybe(group(tls)),
  behind: word('proxy'),
}))
export const TCP_DOCS: Docs<typeof tcp> = {
  host: 'address to listen on; default `127.0.0.1`. Wider only with `tls` or `behind`',
  port: `default ${DEFAULT_TCP_PORT}`,
  names: 'host names by which clients reach it; every other is refused',
  tls: '`{ cert: FILE, key: FILE }`',
  behind: '`proxy`: a proxy in front has TLS',
}

export const api = keys(() => ({ tcp: maybe(group(tcp)) }))
export const API_DOCS: Docs<typeof api> = {
  tcp: 'also listen on TCP; without it there is the UNIX socket alone',
}

/** null where the key is absent, or holds no map. */
function maybe<T>(key: Key<T>): Key<T | null> {
  return { ...key, read: (value) => (isMap(value) ? key.read(value) : null) }
}

interface Places {
  readonly directory: string
  readonly home: string
}

export function expandApi({ tcp }: Values<typeof api>, places: Places): ApiSpec {
  if (tcp === null) return { tcp: null }
  return {
    tcp: whole<TcpSpec>()({
      ...tcp,
      host: tcp.host ?? '127.0.0.1',
      port: tcp.port ?? DEFAULT_TCP_PORT,
      names: (tcp.names ?? []).map((name) => name.toLowerCase()),
      tls:
        tcp.tls === null
          ? null
          : { cert: localPath(tcp.tls.cert ?? '', places), key: localPath(tcp.tls.key ?? '', places) },
    }),
  }
}
