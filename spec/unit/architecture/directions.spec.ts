/**
 * Who may import whom. The table is the architecture: a refused import usually wants a value or a port passed in;
 * when the table is wrong, change it in the same commit and say why in ARCHITECTURE.md.
 */
import { expect } from 'chai'
import { dirname, relative, resolve } from 'node:path'
import { filesBelow, importsOf, LIB } from './imports.js'

/** Folder of lib → the folders that it may import, itself apart. `node` is not a folder: only core may not have it. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  core: [],
  home: ['core'],
  exec: ['core'],
  ssh: ['core', 'exec'],
  // Home: whether the owner of a lock lives.
  tmux: ['core', 'exec', 'home'],
  // What git is asked and told on a machine, as scripts; run by whoever has a shell there.
  git: ['core'],
  agents: ['core'],
  // Agents of others, found and read without a daemon; run by a verb.
  look: ['core', 'exec', 'ssh', 'tmux', 'agents'],
  store: ['core', 'home'],
  config: ['core', 'home'],
  github: ['core'],
  api: ['core', 'home'],
  simulate: ['core'],
  // Where the parts are put together.
  daemon: [
    'core',
    'home',
    'exec',
    'ssh',
    'tmux',
    'agents',
    'store',
    'config',
    'api',
    'github',
    'git',
    'simulate',
    'web',
  ],
  // Reading without a daemon: the same requests, answered from the store.
  offline: ['core', 'home', 'api', 'store', 'daemon'],
  cli: ['core', 'home', 'api', 'config', 'agents', 'simulate', 'tui'],
  tui: ['core', 'home', 'api'],
  // The page: core/view to HTML, served by the daemon.
  web: ['core'],
}

/** Single files that join what their folder may not. */
const EXCEPTIONS: Readonly<Record<string, readonly string[]>> = {
  // `--host`: the API's socket reached through ssh.
  'cli/daemon/connect-host.ts': ['ssh', 'exec'],
  // No daemon runs: its store answers.
  'cli/daemon/offline-client.ts': ['offline'],
  // One reader of ssh_config for what is offered and for connections.
  'cli/completion/ids.ts': ['ssh'],
  'cli/verbs/init.ts': ['ssh'],
  'cli/verbs/look.ts': ['ssh', 'look'],
  'cli/verbs/adopt.ts': ['look'],
  // The monitor draws with the same renderers as `status` and is started as a verb.
  'tui/main.ts': ['cli'],
}

/** Each package in one folder. */
const PACKAGES: Readonly<Record<string, string>> = {
  ssh2: 'ssh',
  yaml: 'config',
  zod: '*', // the edges: config, api, store, agents; never core or the CLI's fast path
  yargs: 'cli',
  ws: 'api',
  blessed: 'tui',
  execa: 'daemon',
  pino: 'daemon',
  libsql: 'store',
  // Types alone: GitHub's description of its API.
  '@octokit': 'github',
  'node-pty': 'cli',
}

function folderOf(path: string): string {
  return path.split('/')[0] ?? ''
}

describe('architecture', () => {
  const imports = filesBelow(LIB).flatMap(importsOf)

  it('sees the imports', () => {
    expect(imports.length).to.be.greaterThan(100)
  })

  it('keeps the directions', () => {
    const wrong = imports.filter(({ from, to }) => {
      if (!to.startsWith('.')) return false
      const target = folderOf(relative(LIB, resolve(LIB, dirname(from), to)))
      const own = folderOf(from)
      return (
        target !== own && !(ALLOWED[own] ?? []).includes(target) && !(EXCEPTIONS[from] ?? []).includes(target)
      )
    })
    expect(wrong, `allowed: ${JSON.stringify(ALLOWED, null, 1)}`).to.deep.equal([])
  })

  it('shows the daemon the port of the store alone, so that another store can stand behind it', () => {
    const shown = [
      'port.js',
      'facts.js',
      'receipts.js',
      'protocol-files.js',
      'output-files.js',
      'agent-log.js',
      'prepare-run-dir.js',
      'read-untrusted.js',
    ]
    const wrong = imports.filter(({ from, to }) => {
      const target = to.startsWith('.') ? relative(LIB, resolve(LIB, dirname(from), to)) : ''
      if (folderOf(from) !== 'daemon' || folderOf(target) !== 'store') return false
      return (
        !shown.includes(target.slice('store/'.length)) &&
        !(from === 'daemon/main.ts' && /^store\/(open|check)-store\.js$/.test(target))
      )
    })
    expect(wrong).to.deep.equal([])
  })

  it('keeps core and web pure: no package, and nothing of Node', () => {
    const wrong = imports.filter(
      ({ from, to }) => ['core', 'web'].includes(folderOf(from)) && !to.startsWith('.'),
    )
    expect(wrong).to.deep.equal([])
  })

  it('imports each package in one folder', () => {
    const wrong = imports.filter(({ from, to }) => {
      if (to.startsWith('.') || to.startsWith('node:')) return false
      const home = PACKAGES[to.split('/')[0] ?? '']
      return home === undefined || (home !== '*' && folderOf(from) !== home)
    })
    expect(wrong).to.deep.equal([])
  })

  // Bundles decide what a verb loads; see bundles.spec.ts. Those that load yargs or ssh2 are few, and named.
  it('keeps packages out of the CLI, apart from its help', () => {
    const heavy = imports.filter(
      ({ from, to }) =>
        folderOf(from) === 'cli' &&
        from !== 'cli/parse-with-yargs.ts' &&
        !to.startsWith('.') &&
        !to.startsWith('node:'),
    )
    expect(heavy).to.deep.equal([])
  })
})
