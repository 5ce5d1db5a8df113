/**
 * Tasks in trees of two pools on two hosts, and a plain `git worktree add` for each of the same tasks beside it: disk and time of both,
 * with ratios. `npx tsx scripts/bench/trees.ts [--files 10000] [--tasks 20] [--size 6]`. Two repositories are made, one a host; `npm ci
 * --offline` takes its packages from a cache that is filled before. Needs root (network namespaces) and, for the cache, the registry.
 * Ends with 1 when more trees stand than a pool has, a branch is missing, or the checkout is not as it was.
 */
import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { TreesDocument } from '../../lib/core/protocol/trees.js'
import { git } from '../../spec/support/checkout.js'
import { makeCluster, type Cluster } from '../../spec/support/cluster.js'
import { formatTable } from './support/table.js'

const { values } = parseArgs({
  options: {
    files: { type: 'string', default: '10000' },
    tasks: { type: 'string', default: '20' },
    size: { type: 'string', default: '6' },
  },
})
const [files, tasks, size] = [Number(values.files), Number(values.tasks), Number(values.size)]
const HOSTS = ['mugen', 'majin'] as const
const PACKAGES = { yaml: '2.8.1', 'fast-check': '4.3.0' }
const LONGEST_MS = 900_000
const here = mkdtempSync(join(tmpdir(), 'orc-bench-trees-'))
const NPM = `--cache ${here}/cache --no-audit --no-fund --ignore-scripts`
const CI = `npm ci --offline ${NPM}`

interface Figures {
  readonly trees: number
  readonly kb: number
  readonly ms: number
  readonly setups: number
}

const cluster = await makeCluster([...HOSTS])
const homes = HOSTS.map((name) => cluster.host(name).sshd.home)
const problems: string[] = []
try {
  const lock = fillCache()
  for (const home of homes) makeRepository(home, lock)
  const before = homes.map(checkoutOf)
  const pooled = await inPools(cluster)
  if (JSON.stringify(homes.map(checkoutOf)) !== JSON.stringify(before)) problems.push('a checkout changed')
  const plain = await byHand()
  const table = formatTable(
    ['', 'pool', 'plain', 'ratio'],
    [
      ['trees', pooled.trees, plain.trees, ratio(pooled.trees, plain.trees)],
      ['disk, MB', megabytes(pooled.kb), megabytes(plain.kb), ratio(pooled.kb, plain.kb)],
      ['wall, s', seconds(pooled.ms), seconds(plain.ms), ratio(pooled.ms, plain.ms)],
      ['npm ci', pooled.setups, plain.setups, ratio(pooled.setups, plain.setups)],
    ],
  )
  for (const line of table) console.log(line)
  console.log(
    `files in node_modules of each checkout, before and after: ${before.map(({ modules }) => modules).join(', ')}`,
  )
} finally {
  await cluster.remove()
  rmSync(here, { recursive: true, force: true })
}
for (const problem of problems) console.log(problem)
process.exit(problems.length === 0 ? 0 : 1)

/** The lock file of a package whose dependencies are in the cache: what `npm install` asks the registry for is not all that `npm ci` does. */
function fillCache(): string {
  const dir = join(here, 'package')
  mkdirSync(dir)
  writeFileSync(join(dir, 'package.json'), packageJson())
  for (const how of ['install', 'ci --prefer-offline'])
    execFileSync('sh', ['-c', `npm ${how} ${NPM}`], { cwd: dir, stdio: 'ignore' })
  return readFileSync(join(dir, 'package-lock.json'), 'utf8')
}

function packageJson(): string {
  return JSON.stringify({ name: 'app', version: '1.0.0', private: true, dependencies: PACKAGES })
}

/** With packages of its own installed, as a person has them. */
function makeRepository(home: string, lock: string): void {
  const at = join(home, 'app')
  mkdirSync(at)
  git(at, 'init', '--quiet', '-b', 'main')
  for (let n = 0; n < files; n += 1) {
    const dir = join(at, `d${Math.floor(n / 100)}`)
    if (n % 100 === 0) mkdirSync(dir)
    writeFileSync(join(dir, `f${n}.txt`), `${n} `.repeat(1200))
  }
  writeFileSync(join(at, 'package.json'), packageJson())
  writeFileSync(join(at, 'package-lock.json'), lock)
  writeFileSync(join(at, '.gitignore'), 'node_modules\n')
  git(at, 'add', '-A')
  git(at, 'commit', '--quiet', '-m', 'first')
  execFileSync('sh', ['-c', CI], {
    cwd: at,
    env: { ...process.env, HOME: home },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
}

function checkoutOf(home: string) {
  const at = join(home, 'app')
  const modules = readdirSync(join(at, 'node_modules'), { recursive: true }).length
  const refs = git(at, 'for-each-ref')
  return { modules, refs, status: git(at, 'status', '--porcelain'), trees: git(at, 'worktree', 'list') }
}

async function inPools(on: Cluster): Promise<Figures> {
  const { orchestra } = on
  const setups = join(here, 'setups')
  writeFileSync(setups, '')
  const task = (n: number) => {
    const name = HOSTS[n % HOSTS.length]
    return `  t${n}: { title: t${n}, machine: ${name}, tree: ${name}, command: "${workOf(n)}" }`
  }
  const pool = (name: string) =>
    `  ${name}: { repository: ${name}, size: ${size}, dir: ~/trees, setup: ['echo x >> ${setups}; ${CI}'], setup_key: [package-lock.json] }`
  const layout = orchestra.write(
    'bench.yaml',
    `version: 1
session: bench
machines:
${HOSTS.map((name) => `  ${name}: { kind: ssh, host: ${name} }`).join('\n')}
repositories:
${HOSTS.map((name) => `  ${name}: { machine_paths: { ${name}: ~/app } }`).join('\n')}
trees:
${HOSTS.map(pool).join('\n')}
tasks:
${numbers().map(task).join('\n')}
`,
  )
  await orchestra.ok('up', layout, '-d', '--wait')
  const used = diskBefore()
  const since = performance.now()
  const { code } = await orchestra.run(['run', '--wait'], { timeoutMs: LONGEST_MS })
  const ms = performance.now() - since
  const status = await orchestra.status()
  const open = status.tasks.filter((one) => one.status !== 'COMPLETED')
  if (code !== 0 || open.length > 0) {
    const events = await orchestra.ok('events', '-n', '60')
    const log = orchestra.daemonLog('bench').split('\n').slice(-40).join('\n')
    const why = open.map((one) => `${one.id} ${one.status} ${one.reason}`).join('\n')
    throw new Error(`the run did not end well:\n${why}\n${await orchestra.ok('trees')}\n${events}\n${log}`)
  }
  const { slots, leaks } = await orchestra.json<TreesDocument>('trees')
  for (const name of HOSTS) {
    const standing = slots.filter(({ machine }) => machine === name).length
    if (standing > size) problems.push(`${standing} trees stand on ${name}`)
    const root = join(on.host(name).sshd.home, 'trees')
    const mirror = join(root, readdirSync(root)[0] ?? '', 'mirror.git')
    git(mirror, 'gc', '--quiet', '--prune=now')
    const mine = numbers().filter((n) => HOSTS[n % HOSTS.length] === name)
    const lost = mine.filter(
      (n) => git(mirror, 'log', '-1', '--format=%s', `orchestra/bench/t${n}.1`) !== `t${n}`,
    )
    if (lost.length > 0) problems.push(`branches of ${lost.join(', ')} are not whole on ${name}`)
  }
  if (leaks.length > 0) problems.push(`leaks: ${JSON.stringify(leaks)}`)
  const kb = diskOf('trees', used)
  const count = readFileSync(setups, 'utf8').trim().split('\n').length
  await orchestra.ok('down')
  return { trees: slots.length, kb, ms, setups: count }
}

/** As many at once as a pool has room for, on each host. */
async function byHand(): Promise<Figures> {
  for (const home of homes) mkdirSync(join(home, 'plain'))
  const used = diskBefore()
  const since = performance.now()
  await Promise.all(
    homes.map(async (home, at) => {
      const mine = numbers().filter((n) => n % HOSTS.length === at)
      const lanes = Array.from({ length: Math.min(size, mine.length) }, async () => {
        for (let n = mine.shift(); n !== undefined; n = mine.shift()) {
          const tree = join(home, 'plain', `t${n}`)
          await sh(join(home, 'app'), `git worktree add --quiet -b plain-${n} ${tree}`)
          await sh(tree, CI)
          await sh(tree, workOf(n))
        }
      })
      await Promise.all(lanes)
    }),
  )
  const ms = performance.now() - since
  return { trees: tasks, kb: diskOf('plain', used), ms, setups: tasks }
}

function workOf(n: number): string {
  return `echo ${n} > done-${n}.txt && git add -A && git -c user.name=a -c user.email=a commit -qm t${n}`
}

function sh(cwd: string, command: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn('sh', ['-c', command], { cwd, stdio: 'ignore' })
    child.on('error', reject)
    child.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`${command}: ${code}`))))
  })
}

function numbers(): number[] {
  return Array.from({ length: tasks }, (_, n) => n)
}

function diskBefore(): number {
  return homes.reduce((total, home) => total + kilobytes([join(home, 'app')]), 0)
}

/** What has been added, files that both have counted once: the mirror's objects are links to those of the checkout. */
function diskOf(dir: string, before: number): number {
  return homes.reduce((total, home) => total + kilobytes([join(home, 'app'), join(home, dir)]), -before)
}

function kilobytes(dirs: readonly string[]): number {
  const lines = execFileSync('du', ['-sk', ...dirs], { encoding: 'utf8' })
    .trim()
    .split('\n')
  return lines.reduce((total, line) => total + Number(line.split('\t')[0]), 0)
}

function ratio(a: number, b: number): string {
  return (a / b).toFixed(2)
}

function megabytes(kb: number): string {
  return (kb / 1024).toFixed(0)
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(1)
}
