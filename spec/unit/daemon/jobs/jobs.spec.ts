import { expect } from 'chai'
import type { SessionName } from '../../../../lib/core/ids.js'
import type { Machine } from '../../../../lib/core/layout/model.js'
import { LinkedHost } from '../../../../lib/daemon/machines/host.js'
import { jobName } from '../../../../lib/daemon/machines/job-name.js'
import { Jobs } from '../../../../lib/daemon/jobs/jobs.js'
import { LocalLink } from '../../../../lib/exec/local-link.js'

const KEY = 'a#1.run'

describe('a job that is waited for', () => {
  it('is given back when its machine gets another connection, and not waited for on the old one', async () => {
    const host = new LinkedHost({
      machine: { id: 'm', kind: 'local' } as Machine,
      link: new LocalLink(),
      session: 'jobs' as SessionName,
      storeId: 'S1',
      daemonGeneration: 1,
      socket: 'none',
      oldSocket: null,
      stateDir: null,
      now: () => 0,
    })
    const jobs = new Jobs('jobs', { keep: async () => {}, forget: () => {} })
    const ended = jobs.ended(host, { key: KEY, nonce: 'n' }).catch((error: unknown) => error)
    await new Promise(setImmediate)
    expect(jobs.isAwaited(jobName(KEY))).to.equal(true)
    await host.stop(true)
    jobs.lookAgain()
    expect(await ended).to.have.property('kind', 'unreachable')
  })
})
