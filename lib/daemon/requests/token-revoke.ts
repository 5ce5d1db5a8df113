import { OrchestraError } from '../../core/errors.js'
import { didYouMean } from '../../core/layout/did-you-mean.js'
import { OK, request } from './request.js'

/** From now on its requests are refused; streams that it has open end within a second. */
export const tokenRevoke = request({
  method: 'POST',
  path: '/v1/tokens/:id/revoke',
  permission: 'admin:access',
  handle: ({ loop, clock, parts }, { params: { id = '' }, by }) => {
    const { tokens } = parts.access
    if (tokens.named(id) === undefined) {
      const names = tokens.list().map(({ name }) => name)
      throw new OrchestraError(`there is no token ${id}${didYouMean(id, names)}`, {
        kind: 'usage',
        hint: `Tokens: ${names.join(', ') || 'none'}.`,
      })
    }
    tokens.revoke(id)
    loop.dispatch({ type: 'token.revoked', at: clock.now(), name: id, by })
    return OK
  },
})
