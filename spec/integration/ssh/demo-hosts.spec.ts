import { expect } from 'chai'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Shell } from '../../../lib/exec/shell.js'
import { eventually } from '../../support/eventually.js'
import { reaches, startLink, stopLinks } from '../../support/ssh-links.js'
import { makeTestClient, needsSshd } from '../../support/sshd.js'

describe('scripts/demo-hosts', function () {
  needsSshd(this)
  afterEach(stopLinks)

  it('starts two machines that an SshLink reaches by name, and stops all of it', async () => {
    const home = mkdtempSync(join(tmpdir(), 'orch-demo-'))
    const client = makeTestClient()
    const demo = (verb: string) =>
      execFileSync(process.execPath, ['--import=tsx', 'scripts/demo-hosts.ts', verb], {
        encoding: 'utf8',
        env: { PATH: process.env['PATH'], HOME: home, ORCHESTRA_HOME: home },
      })
    const leftOver = () =>
      execFileSync('ps', ['-axo', 'args='], { encoding: 'utf8' })
        .split('\n')
        .filter((args) => args.includes(join(home, 'demo-hosts')))
    try {
      const printed = demo('start')
      const config = /export ORCHESTRA_SSH_CONFIG=(.*)/.exec(printed)?.[1]
      expect(config).to.equal(join(home, 'demo-hosts', 'ssh_config'))
      for (const host of ['mugen', 'majin']) {
        const env = { ...client.env, ORCHESTRA_SSH_CONFIG: config }
        const link = startLink({ host, port: null }, client, { env })
        await reaches(link, 'up')
        const stdout = await new Shell(link).must(
          'tmux -L spec -f /dev/null new-session -d; tmux -L spec ls; pwd',
        )
        expect(stdout.toString())
          .to.contain('1 windows')
          .and.contain(join(home, 'demo-hosts', host, 'home'))
      }
      await stopLinks()
    } finally {
      demo('stop')
      client.remove()
    }
    await eventually(() => expect(leftOver()).to.deep.equal([]))
    rmSync(home, { recursive: true, force: true, maxRetries: 10 })
  })
})
