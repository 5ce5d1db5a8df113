/** What a new user's machine may lack is said in words, with what to do; nothing of ours stays behind. */
import { expect } from 'chai'
import { symlinkSync, mkdirSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import { Orchestra } from '../support/orchestra.js'

describe('a machine that does not fit', function () {
  let here: Orchestra

  before(() => {
    here = new Orchestra()
  })
  after(() => here?.close())

  it('without tmux: says what to install, and leaves no daemon', async () => {
    const bin = join(here.dir, 'bare-bin')
    mkdirSync(bin)
    for (const name of ['sh', 'env', 'cat']) symlinkSync(`/bin/${name}`, join(bin, name))
    const done = await here.run(['up', 'local', '-d'], { env: { PATH: bin } })
    expect(done.code).to.equal(1)
    expect(done.stderr).to.match(/^orchestra: .*tmux.*no such program/)
    expect(done.stderr).to.include('Install tmux 3.2 or newer')
    expect((await here.run(['status'])).code).to.equal(3)
    expect(existsSync(join(here.state, 'run', 'orchestra-local.sock'))).to.equal(false)
    const findings = await here.run(['doctor'], { env: { PATH: bin } })
    expect(findings.code).to.equal(1)
    expect(findings.stdout).to.match(/BAD +tmux: there is no tmux\n.*install tmux 3\.2/)
  })

  it('without a place for its files: says which, and how to choose another, at once', async function () {
    if (process.platform !== 'linux') this.skip()
    for (const verb of [
      ['up', 'local', '-d'],
      ['use', 'somewhere'],
    ]) {
      const done = await here.run(verb, { env: { ORCHESTRA_HOME: '/proc/nobody' } })
      expect(done.code, verb[0]).to.equal(1)
      expect(done.stderr, verb[0]).to.match(/^orchestra: cannot make the directory \/proc\/nobody/)
      expect(done.stderr, verb[0]).not.to.include(' at ')
      if (verb[0] === 'up') expect(done.stderr).to.include('ORCHESTRA_HOME')
    }
  })

  it('a message without text is no message', async () => {
    for (const args of [
      ['send', 'A', ''],
      ['send', 'A', '-'],
      ['send', 'A'],
    ]) {
      const done = await here.run(args, { stdin: ' \n' })
      expect(done.code).to.equal(2)
      expect(done.stderr).to.include('there is no text to send')
    }
  })
})
