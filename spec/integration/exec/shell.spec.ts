import { expect } from 'chai'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { OrchestraError } from '../../../lib/core/errors.js'
import { LocalLink } from '../../../lib/exec/local-link.js'
import { Shell } from '../../../lib/exec/shell.js'
import { eventually } from '../../support/eventually.js'

describe('Shell over the local link', () => {
  let home: string
  let link: LocalLink
  let shell: Shell

  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'orch-shell-'))
    link = new LocalLink({ home, env: { PATH: process.env['PATH'], TMPDIR: home } })
    link.start()
    shell = new Shell(link)
  })

  afterEach(async () => {
    shell.dispose()
    await link.stop()
    rmSync(home, { recursive: true, force: true, maxRetries: 10 })
  })

  const text = async (script: string, ...args: string[]) =>
    (await shell.run(script, { args })).stdout.toString()
  const failure = async (promise: Promise<unknown>): Promise<OrchestraError> => {
    try {
      await promise
    } catch (error) {
      expect(error).to.be.instanceOf(OrchestraError)
      return error as OrchestraError
    }
    throw new Error('it did not fail')
  }
  /** A zombie that init has not collected yet is dead. */
  const isAlive = (pid: number) => {
    const stat = existsSync(`/proc/${pid}/stat`) ? readFileSync(`/proc/${pid}/stat`, 'utf8') : ' Z '
    return !stat.includes(' Z ')
  }

  it('gives arguments to the script as they are', async () => {
    const words = ['a b', "it's", '"', '$HOME', '`id`', 'x\ny', '\\', '!', '-n', '', '日本']
    expect(await text('for word do printf "%s|" "$word"; done', ...words)).to.equal(`${words.join('|')}|`)
  })

  it('starts scripts in HOME', async () => {
    expect(await text('pwd')).to.equal(`${home}\n`)
  })

  it('tells stdout, stderr and the exit status apart', async () => {
    const result = await shell.run('echo out; echo err >&2; exit 7')
    expect(result.stdout.toString()).to.equal('out\n')
    expect(result.stderr).to.equal('err\n')
    expect(result.exitCode).to.equal(7)
  })

  it('survives exit, syntax errors, set -e, cd and exec', async () => {
    for (const script of [
      'exit 3',
      'if then ( "',
      'set -e; false',
      'cd /',
      'exec true',
      'exec >&-',
      "echo 'open",
    ]) {
      await shell.run(script)
      expect(await text('pwd'), script).to.equal(`${home}\n`)
    }
  })

  it('keeps one sh for all commands', async () => {
    expect(await text('echo $$')).to.equal(await text('echo $$'))
  })

  it('brings any bytes in and out', async () => {
    const bytes = Buffer.from(
      Uint8Array.from({ length: 1 << 20 }, (_, index) => (index * 7 + (index >> 8)) & 255),
    )
    const { stdout } = await shell.run('cat', { stdin: bytes, maxBytes: 2 << 20 })
    expect(stdout.equals(bytes)).to.equal(true)
  })

  it('does not take the rest of an unread stdin for commands', async () => {
    const stdin = Buffer.from('touch pwned\n'.repeat(50_000))
    expect((await shell.run('head -c 3', { stdin })).stdout.toString()).to.equal('tou')
    expect(await text('ls')).to.equal('')
  })

  it('keeps a script away from the commands after it', async () => {
    const [first, second] = await Promise.all([shell.run('cat; echo one'), shell.run('echo two')])
    expect([first.stdout.toString(), second.stdout.toString()]).to.deep.equal(['one\n', 'two\n'])
  })

  it('gives those who act their turn, however many wait to read', async () => {
    const done: string[] = []
    const reads = Array.from({ length: 300 }, (_, i) =>
      shell.run('sleep 0.005', { purpose: 'read', timeoutMs: 60_000 }).then(() => done.push(`read ${i}`)),
    )
    await shell.run(':').then(() => done.push('act'))
    expect(done.indexOf('act')).to.be.lessThan(5)
    const ends = await Promise.allSettled(reads)
    expect(ends.filter(({ status }) => status === 'rejected').length).to.be.within(43, 44)
  })

  it('runs commands in the order asked', async () => {
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) => text('echo "$1"', String(index))),
    )
    expect(answers).to.deep.equal(Array.from({ length: 50 }, (_, index) => `${index}\n`))
  })

  it('ends a command at its deadline, with all that it started, and goes on with a new sh', async () => {
    const error = await failure(shell.run('sleep 1000 & echo $! >pid; sleep 1000', { timeoutMs: 300 }))
    expect(error.details).to.include({ delivered: 'unknown', reason: 'deadline' })
    const pid = Number(await text('cat pid'))
    await eventually(() => !isAlive(pid))
  })

  it('does not send what waited past its deadline', async () => {
    const slow = shell.run('sleep 0.4')
    const error = await failure(shell.run('touch sent', { timeoutMs: 100 }))
    expect(error.details).to.include({ delivered: 'not_sent', reason: 'deadline' })
    await slow
    expect(await text('ls')).to.equal('')
  })

  it('cuts off endless output', async () => {
    const error = await failure(shell.run('yes', { maxBytes: 100_000 }))
    expect(error.details).to.include({ reason: 'output_limit' })
    expect(await text('echo on')).to.equal('on\n')
  })

  it('lets the quick lane pass a slow capture', async () => {
    const order: string[] = []
    await Promise.all([
      shell.run('sleep 0.3', { lane: 'bulk' }).then(() => order.push('bulk')),
      shell.run('true').then(() => order.push('quick')),
    ])
    expect(order).to.deep.equal(['quick', 'bulk'])
  })

  it('tells that the outcome is unknown when the sh dies under a command', async () => {
    const error = await failure(shell.run('kill -9 $$'))
    expect(error.kind).to.equal('unreachable')
    expect(error.details).to.include({ delivered: 'unknown', reason: 'lost' })
    expect(await text('echo on')).to.equal('on\n')
  })

  it('sends nothing when the link is not up', async () => {
    await link.stop()
    const error = await failure(shell.run('true'))
    expect(error.kind).to.equal('unreachable')
    expect(error.details).to.include({ delivered: 'not_sent' })
  })

  it('is not stalled by 5 MB on stderr', async () => {
    const result = await shell.run('head -c 5000000 /dev/zero >&2; echo done')
    expect(result.stdout.toString()).to.equal('done\n')
    expect(result.stderr).to.have.lengthOf(4096)
  })

  it('makes an exit status other than 0 an error for `must`', async () => {
    const error = await failure(shell.must('echo why >&2; exit 4'))
    expect(error.message).to.equal('exit status 4: why')
    expect(error.details).to.include({ delivered: 'answered', exitCode: 4 })
  })

  it('leaves nothing behind when the link stops', async () => {
    const pid = Number(await text('sleep 1000 >/dev/null 2>&1 & echo $!'))
    await link.stop()
    await eventually(() => !isAlive(pid))
  })
})
