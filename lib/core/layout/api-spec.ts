/** `api:` of a layout: by which doors the daemon is reached beside its socket. */
import { fields, list, number, orNull, text, word } from '../shape.js'

export interface TcpSpec {
  readonly host: string
  readonly port: number
  /** Names under which clients reach it; the bind's own loopback names count without being listed. */
  readonly names: readonly string[]
  /** Absolute paths of PEM files. */
  readonly tls: { readonly cert: string; readonly key: string } | null
  /** A proxy stands in front, which has TLS. */
  readonly behind: 'proxy' | null
}

export interface ApiSpec {
  /** null: the socket alone. */
  readonly tcp: TcpSpec | null
}

export const apiShape = fields<ApiSpec>({
  tcp: orNull(
    fields<TcpSpec>({
      host: text(),
      port: number,
      names: list(text()),
      tls: orNull(fields<NonNullable<TcpSpec['tls']>>({ cert: text(), key: text() })),
      behind: orNull(word('proxy')),
    }),
  ),
})

export const SOCKET_ALONE: ApiSpec = { tcp: null }

export const DEFAULT_TCP_PORT = 7443
