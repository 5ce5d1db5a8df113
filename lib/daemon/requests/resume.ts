import { fix } from '../../core/fixes.js'
import { OrchestraError } from '../../core/errors.js'
import { OK, request } from './request.js'

export const resume = request({
  method: 'POST',
  path: '/v1/resume',
  permission: 'run:write',
  handle: ({ loop, clock }, { by }) => {
    const { phase } = loop.state
    if (phase !== 'paused') {
      throw new OrchestraError(`the run is ${phase}`, {
        kind: 'refused',
        hint: `Only a paused run can go on; \`${fix('run.start')}\` starts one.`,
      })
    }
    loop.dispatch({ type: 'run.resumed', at: clock.now(), by })
    return OK
  },
})
