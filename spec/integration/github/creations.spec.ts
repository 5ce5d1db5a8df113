/** The short form of scripts/github-creations.ts. */
import { expect } from 'chai'
import { runCampaign, tallyOf } from '../../support/github/creation-campaign.js'
import { EMULATED, EMULATED_TOKEN, withEmulator } from '../../support/github/emulated.js'
import { someFaults } from '../../support/github/fake-faults.js'
import { withFakeGithub } from '../../support/github/fake-github.js'
import { withFaultyProxy } from '../../support/github/faulty-proxy.js'
import { openOutbox } from '../../support/github/outbox-rig.js'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const TASKS = 20

describe('creations on GitHub', () => {
  it('happen once for each task, though half of all requests fail and the process is killed', () =>
    withFakeGithub(async (github) => {
      const repository = github.repository()
      github.faults = someFaults(5, 0.5, { lateMs: 30 })
      const place = { api: github.url, token: 'token-of-orchestra', owner: 'owner', repo: 'name' }
      const made = () => repository.issues.size
      expect(await runCampaign({ place, tasks: TASKS, kills: 2, seed: 3, made })).to.equal(2)
      const titles = [...repository.issues.values()].map(({ title }) => title)
      expect(tallyOf(titles, TASKS)).to.deep.equal({ issues: TASKS, doubled: 0, missing: 0 })
      expect(github.problems).to.deep.equal([])
    })).timeout(120_000)

  it('happen once on a GitHub that somebody else wrote', () =>
    withEmulator((url) =>
      withFaultyProxy(url, someFaults(9, 0.5, { lateMs: 30 }), async (api) => {
        const dir = mkdtempSync(join(tmpdir(), 'orc-outbox-'))
        const rig = await openOutbox(dir, { api, token: EMULATED_TOKEN, ...EMULATED })
        try {
          for (let n = 1; n <= TASKS; n += 1)
            rig.outbox.enqueue({
              kind: 'issue',
              subject: `T-${n}`,
              title: `Task T-${n}`,
              body: '',
              trailer: '',
              needs: [],
              labels: [],
              milestone: null,
            })
          await rig.introduce()
          rig.outbox.start()
          await rig.drained(60_000)
          const headers = { authorization: `Bearer ${EMULATED_TOKEN}`, 'user-agent': 'spec' }
          const list = `${url}/repos/${EMULATED.owner}/${EMULATED.repo}/issues?state=all&per_page=100`
          const found = (await (await fetch(list, { headers })).json()) as { title: string }[]
          const titles = found.map(({ title }) => title)
          expect(tallyOf(titles, TASKS)).to.deep.equal({ issues: TASKS, doubled: 0, missing: 0 })
        } finally {
          rig.close()
          rmSync(dir, { recursive: true, force: true })
        }
      }),
    )).timeout(120_000)
})
