/** `api:` of a layout: by which doors the daemon is reached beside its socket. */
import type { Report } from './report.js'

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

export const DEFAULT_TCP_PORT = 7443
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|::1)$/

export function isLoopback(host: string): boolean {
  return LOOPBACK.test(host)
}

export function checkApi({ tcp }: ApiSpec, report: Report): void {
  if (tcp === null) return
  if (!isLoopback(tcp.host) && tcp.tls === null && tcp.behind === null)
    report(
      ['api', 'tcp', 'host'],
      `${tcp.host} is reached from other machines, and tokens would travel in the clear: give \`tls: { cert: …, key: … }\`, or \`behind: proxy\` where a proxy has TLS`,
    )
  if (tcp.tls !== null && tcp.behind !== null)
    report(['api', 'tcp', 'behind'], 'TLS is had here or by the proxy, not by both')
  if (!isLoopback(tcp.host) && tcp.names.length === 0)
    report(
      ['api', 'tcp', 'names'],
      'list the names under which clients reach it: every other Host is refused',
    )
}
