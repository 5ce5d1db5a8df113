/** One rule for every process: 30 variables of the shell of `up`, seen by each kind of process, first and second session. */
import { expect } from 'chai'
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeCluster, needsCluster } from '../support/cluster.js'
import { eventually } from '../support/eventually.js'
import { isAlive } from '../../lib/home/is-alive.js'
import { withOrchestra, type Orchestra } from '../support/orchestra.js'

/** Variable, value in the shell of `up`, whether programs get it. */
const VARIABLES: readonly (readonly [string, string, boolean])[] = [
  ['PROJECT_MARK', 'one\ntwo $HOME `x` "q"', true],
  ['HTTPS_PROXY', 'http://127.0.0.1:9', true],
  ['VIRTUAL_ENV', '/venv', true],
  ['SSH_AUTH_SOCK', '/agent.sock', true],
  ['LC_ALL', 'C.UTF-8', true],
  ['EDITOR', 'vi', true],
  ['NO_COLOR', '1', true],
  ['GIT_SSH_COMMAND', 'ssh -o BatchMode=yes', true],
  ['CODEX_HOME', '/codex', true],
  ['CLAUDE_CODE_USE_BEDROCK', '1', true],
  ['CLAUDECODE', '1', false],
  ['CLAUDE_CODE_ENTRYPOINT', 'cli', false],
  ['CLAUDE_CODE_SOMETHING_NEW', '1', false],
  ['CODEX_SANDBOX', 'seatbelt', false],
  ['GEMINI_CLI', '1', false],
  ['OPENCODE', '1', false],
  ['ORCHESTRA_AGENT_TOKEN_FILE', '/outer', false],
  ['GIT_DIR', '/elsewhere/.git', false],
  ['GIT_INDEX_FILE', '/elsewhere/.git/index', false],
  ['GIT_WORK_TREE', '/elsewhere', false],
  ['GIT_AUTHOR_NAME', 'a hook', false],
  ['GIT_AUTHOR_DATE', '@0 +0000', false],
  ['VSCODE_IPC_HOOK_CLI', '/vscode', false],
  ['KITTY_WINDOW_ID', '7', false],
  ['ZELLIJ', '0', false],
  ['STY', '1.x', false],
  ['NOTIFY_SOCKET', '/notify', false],
  ['MAKEFLAGS', '-j', false],
  ['npm_config_prefix', '/npm', false],
  ['npm_lifecycle_event', 'test', false],
  ['GITHUB_TOKEN', ['canary', 'gh'].join('-'), false],
  ['DB_PASSWORD', ['canary', 'db'].join('-'), false],
  ['ANTHROPIC_API_KEY', ['canary', 'ant'].join('-'), false],
]
const SHELL = Object.fromEntries(VARIABLES.map(([name, value]) => [name, value]))

const KINDS = ['agent', 'headless', 'job', 'verify', 'gate', 'pane', 'mcp'] as const
type Kind = (typeof KINDS)[number]

/** A program that leaves its environment, NUL-separated, under a name. */
function saver(orchestra: Orchestra): string {
  const program = join(orchestra.dir, 'bin', 'save')
  mkdirSync(join(orchestra.dir, 'bin'), { recursive: true })
  writeFileSync(
    program,
    `#!/bin/sh\nenv -0 >"${orchestra.dir}/$1.new" && mv "${orchestra.dir}/$1.new" "${orchestra.dir}/$1.env"\n`,
  )
  chmodSync(program, 0o700)
  return program
}

function layout(session: string, save: string): string {
  const of = (kind: Kind) => `${save} ${session}-${kind}`
  return `version: 1
session: ${session}
machines: { here: { kind: local } }
agents:
  A: { type: command, command: [sh, -c, '${of('agent')}; exec cat'] }
  H: { type: claude, mode: headless, command: [sh, -c, '${of('headless')}'] }
windows:
  - { name: one, agent: A }
  - { name: two, panes: [ { command: [sh, -c, '${of('pane')}; exec sleep 600'] } ] }
tasks:
  job: { type: command, command: '${of('job')}', verify: [ '${of('verify')}' ] }
  head: { title: One process, agent: H }
gates:
  open: { after: [job], verify: [ '${of('gate')}' ] }
mcp_servers:
  tools: { machine: here, command: [sh, -c, '${of('mcp')}; exit 1'] }
`
}

async function envOf(orchestra: Orchestra, name: string): Promise<Map<string, string>> {
  const file = join(orchestra.dir, `${name}.env`)
  await eventually(() => existsSync(file), 30_000)
  const pairs = readFileSync(file, 'utf8').split('\0').filter(Boolean)
  return new Map(pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]))
}

describe('the environment of what orchestra starts', function () {
  this.timeout(90_000)

  it('is one rule for agents, attempts, jobs, checks, panes and MCP servers, in the first and the second session', () =>
    withOrchestra(async (orchestra) => {
      const save = saver(orchestra)
      const tools = join(orchestra.dir, 'nvm', 'bin')
      const PATH = `${tools}:node_modules/.bin:${orchestra.env['PATH']}`
      // The first one starts the tmux server, with a project of its own.
      const first = { ...SHELL, PATH, PROJECT_MARK: 'of the first', VIRTUAL_ENV: '/first', ONLY_FIRST: '1' }
      for (const [session, env] of [
        ['first', first],
        ['second', { ...SHELL, PATH }],
      ] as const) {
        const { code, stderr } = await orchestra.run(
          ['up', orchestra.write(`${session}.yaml`, layout(session, save)), '-d', '--run'],
          { env },
        )
        expect(code, stderr).to.equal(0)
      }
      for (const kind of KINDS) {
        const got = await envOf(orchestra, `second-${kind}`)
        for (const [name, value, isGiven] of VARIABLES) {
          const isOwnKey = name === 'ANTHROPIC_API_KEY' && kind === 'headless'
          expect(got.get(name), `${kind}: ${name}`).to.equal(isGiven || isOwnKey ? value : undefined)
        }
        expect(got.get('ONLY_FIRST'), kind).to.equal(undefined)
        expect(got.get('PATH')?.split(':'), kind).to.include(tools).and.not.include('node_modules/.bin')
        expect(Buffer.byteLength(got.get('TMPDIR') ?? ''), kind).to.be.at.most(60)
        if (kind !== 'mcp') expect(got.get('ORCHESTRA_SESSION'), kind).to.equal('second')
        expect((await envOf(orchestra, `first-${kind}`)).get('PROJECT_MARK'), kind).to.equal('of the first')
      }
      const pane = await envOf(orchestra, 'second-pane')
      const found = pane
        .get('PATH')
        ?.split(':')
        .find((place) => existsSync(join(place, 'orchestra')))
      expect(found, 'orchestra is on PATH in its own windows').to.not.equal(undefined)
      for (const session of ['first', 'second']) await orchestra.ok('--session', session, 'down')
      await eventually(() => expect(orchestra.leftovers()).to.deep.equal([]))
    }))

  it('is that of the latest up, and after a crash what of it is not secret', () =>
    withOrchestra(async (orchestra) => {
      const save = saver(orchestra)
      const file = orchestra.write(
        'env.yaml',
        `version: 1
session: env
machines: { here: { kind: local } }
agents: { A: { type: command, command: [sh, -c, '${save} again; exec cat'] } }
tasks: { t: { type: command, command: '${save} t-\${MARK:-none}' } }
`,
      )
      const up = async (MARK: string) =>
        expect(
          (await orchestra.run(['up', file, '-d', '--run'], { env: { MARK, MY_TOKEN: `canary-${MARK}` } }))
            .code,
        ).to.equal(0)
      await up('one')
      expect((await envOf(orchestra, 't-one')).get('MARK')).to.equal('one')
      await up('two')
      await orchestra.ok('restart', 'A')
      await eventually(async () => expect((await envOf(orchestra, 'again')).get('MARK')).to.equal('two'))
      const pid = orchestra.daemonPid('env') ?? 0
      process.kill(pid, 'SIGKILL')
      await eventually(() => expect(isAlive(pid)).to.equal(false))
      const daemon = await orchestra.run(['run', file], { env: { MARK: 'three', MY_TOKEN: 'canary-three' } })
      expect(daemon.code, daemon.stderr).to.equal(0)
      rmSync(join(orchestra.dir, 'again.env'))
      await orchestra.ok('restart', 'A')
      expect((await envOf(orchestra, 'again')).get('MARK')).to.equal('two')
      const stored = join(orchestra.state, 'sessions', 'env', 'store.db')
      const store = Buffer.concat([stored, `${stored}-wal`].map((part) => readFileSync(part)))
      expect(store.includes('MARK')).to.equal(true)
      expect(store.includes('canary-t')).to.equal(false)
      await orchestra.ok('down')
      await eventually(() => expect(orchestra.leftovers()).to.deep.equal([]))
    }))
})

describe('the environment of what orchestra starts on a host', function () {
  if (!needsCluster(this)) return
  this.timeout(90_000)

  it('is that of a login there, for agents, attempts, jobs, checks and MCP servers alike', async () => {
    const cluster = await makeCluster(['mugen'], {
      env: { TMPDIR: '/scratch/nobody-has-this', HOST_SAYS: 'it', CLAUDECODE: '1' },
    })
    try {
      const { orchestra } = cluster
      const { home } = cluster.host('mugen').sshd
      const save = saver(orchestra)
      const tools = join(home, 'tools')
      writeFileSync(
        join(home, '.profile'),
        `echo welcome
export PATH="${tools}:$PATH" PROJECT_MARK='of a
login' GITHUB_TOKEN=canary GIT_DIR=/elsewhere/.git ANTHROPIC_API_KEY=canary-ant
echo uname=Forged
`,
      )
      const kinds = KINDS.filter((kind) => kind !== 'pane')
      const text = layout('far', save)
        .replace('here: { kind: local }', 'here: { kind: local }, mugen: { kind: ssh, host: mugen }')
        .replaceAll(/^ {2}([AH]|job|open|tools): \{ (?:machine: here, )?/gm, '  $1: { machine: mugen, ')
      const { code, stderr } = await orchestra.run(['up', orchestra.write('far.yaml', text), '-d', '--run'], {
        env: { PROJECT_MARK: 'of this machine' },
      })
      expect(code, stderr).to.equal(0)
      for (const kind of kinds) {
        const got = await envOf(orchestra, `far-${kind}`)
        expect(got.get('PROJECT_MARK'), kind).to.equal('of a\nlogin')
        expect(got.get('HOST_SAYS'), kind).to.equal('it')
        expect(got.get('PATH')?.split(':'), kind).to.include(tools)
        expect(got.get('LANG'), kind).to.match(/utf-?8$/i)
        for (const name of ['CLAUDECODE', 'GITHUB_TOKEN', 'GIT_DIR', 'SSH_CONNECTION'])
          expect(got.get(name), `${kind}: ${name}`).to.equal(undefined)
        expect(got.get('ANTHROPIC_API_KEY'), kind).to.equal(kind === 'headless' ? 'canary-ant' : undefined)
        // Of what has ended it goes, too.
        if (kind !== 'mcp')
          await eventually(() => expect(existsSync(got.get('TMPDIR') ?? ''), kind).to.equal(kind === 'agent'))
      }
      expect((await orchestra.status()).machines.find((m) => m.id === 'mugen')?.state).to.equal('online')
      await orchestra.ok('down')
    } finally {
      await cluster.remove()
    }
  })
})
