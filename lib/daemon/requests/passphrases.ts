import type { PassphrasesDocument } from '../../core/protocol/api.js'
import { request } from './request.js'

/** Which private keys wait for a passphrase. */
export const passphrases = request({
  method: 'GET',
  path: '/v1/passphrases',
  permission: 'secrets:write',
  handle: (daemon): PassphrasesDocument => {
    const connecting = [...daemon.parts.hosts.values()].filter(
      (host) => host.link.state.status === 'connecting',
    )
    return { pending: daemon.parts.passphrases.pending, connecting: connecting.length }
  },
})
