import type { ApiSpec } from './api-spec.js'
import type { Report } from './report.js'

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
