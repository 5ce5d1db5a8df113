import { OrchestraError } from '../../core/errors.js'
import { OK, request } from './request.js'

export const pause = request({
  method: 'POST',
  path: '/v1/pause',
  permission: 'run:write',
  handle: ({ loop, clock }, { by }) => {
    const { phase } = loop.state
    if (phase !== 'running') {
      throw new OrchestraError(`the run is ${phase}`, {
        kind: 'refused',
        hint: 'Only a run that goes on can be paused.',
      })
    }
    loop.dispatch({ type: 'run.paused', at: clock.now(), by })
    return OK
  },
})
