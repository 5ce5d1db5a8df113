import { expect } from 'chai'
import { execFileSync, spawn } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventually } from '../../support/eventually.js'
import { placeFiles, runPlacing } from '../../../lib/daemon/machines/place-files.js'
import { startLines } from '../../../lib/daemon/machines/start-files.js'
import { LocalLink } from '../../../lib/exec/local-link.js'
import { readBelow } from '../../../lib/exec/read-below.js'
import { Shell } from '../../../lib/exec/shell.js'
import type { Link } from '../../../lib/exec/transport.js'
import { PLANTED_KINDS, Victims, kindAt } from '../../support/planted.js'
import { startLink, stopLinks, reaches } from '../../support/ssh-links.js'
import { makeTestClient, needsSshd, startSshd, type TestClient, type TestSshd } from '../../support/sshd.js'

const TASK_FILES = ['task.json', 'prompt.md', 'context.md', 'prompts/p.md']
const START_FILES = ['who', 'env', 'cwd', 'argv', 'timeout', 'capture', 'stdin', 'seat']
const PROGRAM = {
  session: 's',
  name: 'A-1',
  nonce: 'n',
  argv: ['true'],
  env: { TOKEN: 'secret' },
  cwd: null,
  timeoutMs: 1000,
  capture: true,
  stdin: 'in',
  seat: { dir: '/nowhere', title: 't' },
}

interface Ground {
  readonly shell: Shell
  readonly root: string
  readonly victims: Victims
}

function tries(make: () => Promise<Link>): void {
  let dir: string
  let ground: Ground
  let link: Link

  let shell: Shell

  before(async () => {
    link = await make()
    shell = new Shell(link)
  })
  after(async () => {
    shell.dispose()
    await link.stop()
  })
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'orch-ground-'))
    const root = join(dir, 'hosts', 'r')
    mkdirSync(join(root, 'A-1.agent'), { recursive: true, mode: 0o700 })
    ground = { shell, root, victims: new Victims(join(dir, 'victims')) }
  })
  afterEach(() => {
    rmSync(dir, { recursive: true, force: true, maxRetries: 10 })
  })

  const at = (name: string) => join(ground.root, 'A-1.agent', name)
  const placeTask = () =>
    placeFiles(
      ground.shell,
      ground.root,
      TASK_FILES.map((name) => ({ path: at(name), text: `text of ${name}` })),
    )
  const nothingElse = () => {
    expect(ground.victims.changes()).to.deep.equal([])
    expect(readdirSync(ground.root).filter((name) => name.startsWith('.new'))).to.deep.equal([])
  }

  for (const kind of PLANTED_KINDS) {
    it(`writes its files where an agent planted a ${kind} in place of each`, async function () {
      const { victims } = ground
      for (const name of TASK_FILES) {
        if (!(await victims.plant(kind, at(name)))) this.skip()
        // Where they were made in earlier versions.
        await victims.plant(kind, at(`.new/${name}`))
        await victims.plant(kind, at(`${name}.new`))
      }
      const began = performance.now()
      const { planted } = await placeTask()
      expect(performance.now() - began).to.be.lessThan(3000)
      for (const name of TASK_FILES) expect(readFileSync(at(name), 'utf8')).to.equal(`text of ${name}`)
      expect(planted.map(({ name }) => name)).to.deep.equal(
        kind === 'hard link' ? [] : TASK_FILES.map((name) => `A-1.agent/${name}`),
      )
      expect((await placeTask()).planted).to.deep.equal([])
      expect(victims.changes()).to.deep.equal([])
    })

    it(`is not led away by a ${kind} in place of a directory`, async function () {
      if (!(await ground.victims.plant(kind, at('prompts')))) this.skip()
      await placeTask()
      if (kind.endsWith('directory') && kind !== 'link to a directory') return
      expect(readFileSync(at('prompts/p.md'), 'utf8')).to.equal('text of prompts/p.md')
      expect(ground.victims.changes()).to.deep.equal([])
    })

    it(`gives the launcher files of its own where a ${kind} stands for each, or for all`, async function () {
      const { victims, root, shell } = ground
      for (const name of START_FILES)
        if (!(await victims.plant(kind, join(root, `A-1.start/gen.2/${name}`)))) this.skip()
      await victims.plant(kind, join(root, 'A-1.start/gen.3'))
      for (const name of START_FILES) await victims.plant(kind, at(`gen.2/${name}`))
      for (const generation of [2, 3]) {
        const paths = { dir: join(root, 'A-1.agent'), start: join(root, 'A-1.start') }
        await runPlacing(
          shell,
          root,
          startLines(root, paths, generation, PROGRAM, ['task.json', 'hook.json']),
        )
        const gen = join(root, `A-1.start/gen.${generation}`)
        expect(readdirSync(gen).toSorted()).to.deep.equal(START_FILES.toSorted())
        expect(readFileSync(join(gen, 'env'), 'utf8')).to.equal('export TOKEN=secret\n')
        expect(statSync(join(gen, 'env')).mode & 0o777).to.equal(0o600)
      }
      expect(victims.changes()).to.deep.equal([])
      // What was used for placing is being removed while grep reads, which grep counts as a failure of its own.
      await eventually(() =>
        expect(
          execFileSync('grep', ['-rlsD', 'skip', 'secret', root]).toString().trim().split('\n'),
        ).to.have.length(2),
      )
    })

    it(`clears away a ${kind} that stands for the last task`, async function () {
      const { victims, root, shell } = ground
      if (!(await victims.plant(kind, at('task.json')))) this.skip()
      await victims.plant(kind, at('hook.json'))
      const paths = { dir: join(root, 'A-1.agent'), start: join(root, 'A-1.start') }
      await runPlacing(shell, root, startLines(root, paths, 1, PROGRAM, ['task.json', 'hook.json']))
      expect([kindAt(at('task.json')), kindAt(at('hook.json'))]).to.deep.equal(['nothing', 'nothing'])
      expect(victims.changes()).to.deep.equal([])
    })

    it(`reads nothing through a ${kind}, and waits for none`, async function () {
      const names = ['status.json', 'hook.json', 'results/T.1.json', 'exit.json']
      for (const name of names) if (!(await ground.victims.plant(kind, at(name)))) this.skip()
      const began = performance.now()
      const files = await readBelow(
        ground.shell,
        ground.root,
        names.map((name) => `A-1.agent/${name}`),
        1000,
      )
      expect(performance.now() - began).to.be.lessThan(3000)
      if (kind === 'hard link') return
      expect(new Set(files.map((file) => file.kind))).to.deep.equal(new Set(['refused']))
      nothingElse()
    })
  }

  it('reads nothing through a link on the way', async () => {
    const { root, shell, victims } = ground
    writeFileSync(join(victims.dir, 'folder', 'T.1.json'), 'elsewhere')
    symlinkSync(join(victims.dir, 'folder'), at('results'))
    const [file] = await readBelow(shell, root, ['A-1.agent/results/T.1.json'], 1000)
    expect(file).to.deep.equal({ kind: 'refused', why: 'link' })
  })

  it('reads what stands there, cut at the limit, and leaves nothing', async () => {
    mkdirSync(at('results'))
    writeFileSync(at('results/T.1.json'), 'x'.repeat(50))
    writeFileSync(at("it's"), Buffer.from([0, 10, 255]))
    const files = await readBelow(
      ground.shell,
      ground.root,
      ['A-1.agent/results/T.1.json', "A-1.agent/it's", 'B.agent/x'],
      20,
    )
    expect(files).to.deep.equal([
      { kind: 'file', bytes: Buffer.from('x'.repeat(20)), truncated: true },
      { kind: 'file', bytes: Buffer.from([0, 10, 255]), truncated: false },
      { kind: 'absent' },
    ])
    nothingElse()
  })

  it('neither waits nor is led away while an agent swaps file, FIFO, link and directory as fast as it can', async function () {
    this.timeout(60_000)
    const { root, shell, victims } = ground
    const agent = spawn(
      'sh',
      [
        '-c',
        `cd "$1" || exit; while :; do for f in status.json task.json prompts results; do
          rm -rf "$f"; mkfifo "$f"; rm -rf "$f"; ln -s "$2/folder" "$f"; rm -rf "$f"; ln -s "$2/file" "$f"; rm -rf "$f"; echo '{}' >"$f"; rm -f "$f"; mkdir "$f"
        done; done 2>/dev/null`,
        'sh',
        at('.'),
        victims.dir,
      ],
      { stdio: 'ignore', detached: true },
    )
    try {
      const until = performance.now() + 2000
      let longest = 0
      while (performance.now() < until) {
        const began = performance.now()
        await readBelow(shell, root, ['A-1.agent/status.json', 'A-1.agent/results/T.1.json'], 1000)
        // It may fail, for they can always be faster: with a reason, and nothing elsewhere.
        await placeTask().catch(() => null)
        longest = Math.max(longest, performance.now() - began)
      }
      expect(longest).to.be.lessThan(3000)
    } finally {
      process.kill(-(agent.pid ?? 0), 'SIGKILL')
    }
    expect(victims.changes()).to.deep.equal([])
  })

  it('leaves alone what a launcher has taken', async () => {
    const { root, shell } = ground
    const paths = { dir: join(root, 'A-1.agent'), start: join(root, 'A-1.start') }
    await runPlacing(shell, root, startLines(root, paths, 1, PROGRAM))
    mkdirSync(join(root, 'A-1.start/gen.1/started'))
    rmSync(join(root, 'A-1.start/gen.1/env'))
    await runPlacing(shell, root, startLines(root, paths, 1, PROGRAM))
    expect(existsSync(join(root, 'A-1.start/gen.1/started'))).to.equal(true)
    expect(existsSync(join(root, 'A-1.start/gen.1/env'))).to.equal(false)
    nothingElse()
  })

  it('gives a machine that hangs three tries of a bounded time, and says so', async () => {
    const { root, shell } = ground
    const began = performance.now()
    let message = ''
    await runPlacing(shell, root, ['sleep 60'], 300).catch((error: Error) => (message = error.message))
    expect(message).to.match(/not done 300 ms/)
    expect(performance.now() - began).to.be.within(850, 8000)
  })
}

describe('the ground that agents may write on, here', () => {
  tries(() => {
    const link = new LocalLink({ home: tmpdir(), env: { PATH: process.env['PATH'] } })
    link.start()
    return Promise.resolve(link)
  })
})

describe('the ground that agents may write on, behind ssh', function () {
  needsSshd(this)
  let client: TestClient
  let sshd: TestSshd
  tries(async () => {
    client = makeTestClient()
    sshd = await startSshd({ client })
    const link = startLink({ host: sshd.address, port: sshd.port }, client)
    await reaches(link, 'up')
    return link
  })
  after(async () => {
    await stopLinks()
    await sshd.stop()
    client.remove()
  })
})
