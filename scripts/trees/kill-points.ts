/**
 * Random schedules over the real git steps of lib/git, each cut off by kill -9 before or after a git, mv, rm or cp of its own, then
 * run again: what an agent made must be reachable from a ref or stand in its tree (T1), what is not ours must stay (T3), the
 * person's checkout must be as it was (T4), and no more trees may stand than the pool has, none unaccounted for (T6).
 *
 *   npx tsx scripts/trees/kill-points.ts --seeds 200 [--from 1] [--jobs 4]
 *
 * Each job has a directory and a share of the seeds of its own. GIT of the PATH is tried: put another one in front of it.
 */
import { execFileSync, fork, spawn } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findLeaks } from '../../lib/core/trees/leaks.js'
import { slotId, type MachineId } from '../../lib/core/ids.js'
import { INSPECT, NOTE_BEFORE } from '../../lib/git/inspect.js'
import { LIST_TREES, REPAIR_TREE } from '../../lib/git/look.js'
import { FETCH_BASE, MAKE_MIRROR } from '../../lib/git/mirror.js'
import { recordOf, recordsOf } from '../../lib/git/prelude.js'
import { ADD_SLOT, CHECK_OUT, FILL_SLOT, NOTE_MADE, REMOVE_SLOT, SAVE_SLOT } from '../../lib/git/slots.js'
import { Random } from '../../lib/simulate/random.js'

const SIZE = 2
const MANY = 100_000
const MOST = 60
const WHENS = ['before', 'after'] as const
const MARK = 'orchestra abcdefghijkl'
const option = (name: string, fallback: number) => {
  const at = process.argv.indexOf(`--${name}`)
  return at === -1 ? fallback : Number(process.argv[at + 1])
}

const ground = mkdtempSync(join(tmpdir(), 'orc-kill-'))
const wrap = join(ground, 'wrap')
mkdirSync(wrap)
for (const program of ['git', 'mv', 'rm', 'cp']) {
  const real = execFileSync('sh', ['-c', `command -v ${program}`], { encoding: 'utf8' }).trim()
  // Git's own children call what git was started as: only what the script itself calls is counted.
  writeFileSync(
    join(wrap, program),
    `#!/bin/sh
if [ -n "$KILL_FILE" ] && [ -f "$KILL_FILE" ]; then
  read -r n <"$KILL_FILE"; n=$((n - 1)); echo "$n" >"$KILL_FILE"
  if [ "$n" -eq 0 ] && [ -n "$KILL_WHEN" ]; then
    if [ "$KILL_WHEN" = after ]; then (unset KILL_FILE; ${real} "$@"); fi
    kill -9 "-$(ps -o pgid= -p $$ | tr -d ' ')"; exit 137
  fi
fi
KILL_FILE= exec ${real} "$@"
`,
  )
  chmodSync(join(wrap, program), 0o755)
}

let kills = 0
let steps = 0
/** Where steps were cut off, and where they could have been. */
const points = new Set<string>()
const all = new Set<string>()
/** Calls of the longest run of each step. */
const most = new Map<string, number>()

/** A step called so many programs. Those of one pipe begin at the same time, and may spoil the count of each other. */
function learn(name: string, calls: number): void {
  if (calls > MOST || name === 'list') return
  most.set(name, Math.max(most.get(name) ?? 0, calls))
  for (let n = calls; n > 0; n -= 1) for (const when of WHENS) all.add(`${name} ${when} ${n}`)
}

/** Mostly one where it was never cut off. */
function pointOf(name: string, random: Random): { readonly n: number; readonly when: string } {
  const open = [...all].filter((point) => point.startsWith(`${name} `) && !points.has(point))
  const [, when, n] = ((random.chance(0.7) ? random.pick(open) : undefined) ?? '').split(' ')
  if (when !== undefined && n !== undefined) return { n: Number(n), when }
  return { n: random.between(1, most.get(name) ?? 8), when: random.chance(0.5) ? 'before' : 'after' }
}

/** Runs a step; `kill`: ended at its n-th program. @returns null when it was ended. */
function step(
  name: string,
  script: string,
  args: readonly string[],
  kill: { n: number; when: string } | null,
): Promise<Buffer | null> {
  steps += 1
  const file = join(ground, 'kill')
  writeFileSync(file, `${kill?.n ?? MANY}\n`)
  const env = {
    PATH: `${wrap}:${process.env['PATH']}`,
    HOME: ground,
    KILL_FILE: file,
    KILL_WHEN: kill?.when ?? '',
  }
  return new Promise((resolve, reject) => {
    const child = spawn('sh', ['-c', script, 'sh', ...args], {
      env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const out: Buffer[] = []
    let err = ''
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text))
    child.once('close', (code, signal) => {
      if (signal === 'SIGKILL') {
        kills += 1
        points.add(`${name} ${kill?.when ?? ''} ${kill?.n ?? 0}`)
        return resolve(null)
      }
      if (kill === null) learn(name, MANY - Number(readFileSync(file, 'utf8')))
      if (code !== 0) return reject(new Error(`${name}: ${err.trim()}`))
      resolve(Buffer.concat(out))
    })
  })
}

async function schedule(seed: number): Promise<void> {
  const random = new Random(seed)
  const dir = join(ground, `s${seed}`)
  const src = join(dir, 'src')
  mkdirSync(src, { recursive: true })
  const git = (cwd: string, ...args: string[]) =>
    execFileSync(
      'git',
      ['-c', 'user.name=a', '-c', 'user.email=a@a', '-c', 'core.hooksPath=/dev/null', ...args],
      { cwd, encoding: 'utf8', stdio: 'pipe' },
    ).trim()
  git(src, 'init', '-q', '-b', 'main')
  writeFileSync(join(src, '.gitignore'), 'ignored/\n.env\n')
  for (let i = 0; i < 4; i += 1) writeFileSync(join(src, `f${i}`), `${i}\n`)
  git(src, 'add', '-A')
  git(src, 'commit', '-qm', 'first')
  writeFileSync(join(src, 'f0'), 'a person is at work\n')
  const before = person(src)
  const root = join(dir, 'wood', 'app.abcdefgh')
  /** Texts that an agent wrote into a file that is not ignored. */
  const made: string[] = []
  let attempt = 0

  /** Cut off at random points, then run to its end. */
  const run = async (name: string, script: string, ...args: string[]): Promise<Buffer> => {
    for (let tries = 0; tries < 3 && random.chance(0.5); tries += 1) {
      const kill = pointOf(name, random)
      const out = await step(name, script, args, kill)
      await check(`${name} cut off`)
      if (out !== null) return out
    }
    const out = await step(name, script, args, null)
    if (out === null) throw new Error('ended by somebody else')
    return out
  }
  const check = async (where: string): Promise<void> => {
    if (person(src) !== before) throw new Error(`seed ${seed}, ${where}: T4, the checkout changed`)
    const mirror = join(root, 'mirror.git')
    if (!existsSync(mirror)) return
    const kept = keptTexts()
    const lost = made.filter((text) => !kept.has(text))
    if (lost.length > 0) throw new Error(`seed ${seed}, ${where}: T1, lost ${lost.join(', ')}`)
    const out = (await step('list', LIST_TREES, [root], null))!
    const records = recordsOf(out)
    const dirs = records.flatMap(([kind, one = '']) => (kind === 'dir' ? [one] : []))
    const entries = records.flatMap(([kind, path = '', lock = '']) =>
      kind === 'entry' ? [{ path, lock }] : [],
    )
    const slots = Array.from({ length: SIZE }, (_, i) => ({
      id: slotId('app', 'm' as MachineId, i + 1),
      name: `app.0${i + 1}`,
      isMade: false,
      isChanging: false,
    }))
    const others = records.flatMap(([kind, one = '']) => (kind === 'other' ? [one] : []))
    const leaks = findLeaks({ root: recordOf(out, 'root')?.[0] ?? '', entries, dirs, others }, slots, MARK)
    const stands = dirs.filter((one) => !leaks.some(({ name }) => name === one))
    if (stands.length > SIZE) throw new Error(`seed ${seed}, ${where}: T6, ${stands.join(' ')}`)
  }
  /** What commits of refs have, and files of trees. */
  const keptTexts = (): ReadonlySet<string> => {
    const places = readdirSync(root).filter(
      (name) => name.startsWith('app.') || name.startsWith('.gone.') || name === '.kept',
    )
    const found = execFileSync(
      'sh',
      [
        '-c',
        'git --git-dir=mirror.git log --all -m -p --format= | sed -n "s/^[+]//p"; [ $# = 0 ] || grep -rhs --exclude-dir=.git "^made-" "$@"; true',
        'sh',
        ...places,
      ],
      { cwd: root, encoding: 'utf8' },
    )
    return new Set(found.split('\n'))
  }

  const foreign = join(root, 'foreign')
  for (let round = 0; round < 5; round += 1) {
    const slot = random.between(1, SIZE)
    const name = `app.0${slot}`
    const mark = `${MARK} app.m.${slot}`
    const id = `T.${(attempt += 1)}`
    const branch = `orchestra/s/${id}`
    await run('mirror', MAKE_MIRROR, join(dir, 'wood'), 'app.abcdefgh', MARK, src)
    if (round === 1) {
      mkdirSync(foreign)
      writeFileSync(join(foreign, 'theirs'), 'theirs\n')
    }
    const base = recordOf(await run('base', FETCH_BASE, root, src, 'main', '', '0', ''), 'base')![0]!
    await run('add', ADD_SLOT, root, name, mark, base)
    await run('save', SAVE_SLOT, root, name, `s/${id}`, 'before')
    await run('checkout', CHECK_OUT, root, name, branch, base)
    await run('fill', FILL_SLOT, root, name, src, 'auto', 'list', '.env', '--', 'f1')
    await run('made', NOTE_MADE, root, name)
    await run('note', NOTE_BEFORE, root, name, src)
    work(join(root, name), random, made, git, `${seed}.${round}`)
    await check('after work')
    await run(
      'inspect',
      INSPECT,
      root,
      name,
      branch,
      base,
      src,
      ...(random.chance(0.5) ? ['commit', 'rest'] : []),
    )
    await run('save', SAVE_SLOT, root, name, `s/${id}`, 'after')
    await check('after save')
    if (random.chance(0.3))
      await run('remove', REMOVE_SLOT, root, name, mark, `s/${name}`, random.chance(0.5) ? 'ignored' : '')
    if (random.chance(0.2) && existsSync(join(root, '.gone.app.01')))
      await run('repair', REPAIR_TREE, root, '.gone.app.01', 'half_removed', 's/leak')
    await check('end of round')
    if (existsSync(foreign) && readFileSync(join(foreign, 'theirs'), 'utf8') !== 'theirs\n')
      throw new Error(`seed ${seed}: T3`)
  }
  git(join(root, 'mirror.git'), 'gc', '-q', '--prune=now')
  await check('after gc')
  rmSync(dir, { recursive: true, force: true })
}

/** What an agent may do: commit, leave dirty, untracked and staged work, detach, change its branch. */
function work(
  tree: string,
  random: Random,
  made: string[],
  git: (cwd: string, ...args: string[]) => string,
  of: string,
): void {
  for (let act = 0; act < 4; act += 1) {
    const text = `made-${of}-${act}`
    const file = join(tree, random.chance(0.5) ? `f${random.between(1, 3)}` : `new${act}`)
    switch (random.between(0, 4)) {
      case 0:
        writeFileSync(file, `${text}\n`, { flag: 'a' })
        git(tree, 'add', '-A')
        git(tree, 'commit', '-qm', text)
        break
      case 1:
        git(tree, 'checkout', '-q', '--detach')
        writeFileSync(file, `${text}\n`, { flag: 'a' })
        git(tree, 'add', '-A')
        git(tree, 'commit', '-qm', text)
        break
      case 2:
        git(tree, 'checkout', '-q', '-B', `own-${of}-${act}`)
        writeFileSync(file, `${text}\n`, { flag: 'a' })
        break
      case 3:
        writeFileSync(file, `${text}\n`, { flag: 'a' })
        git(tree, 'add', '-A')
        break
      default:
        mkdirSync(join(tree, 'deep', 'er'), { recursive: true })
        writeFileSync(join(tree, 'deep', 'er', `n${act}`), `${text}\n`)
    }
    made.push(text)
  }
}

function person(src: string): string {
  return execFileSync(
    'sh',
    [
      '-c',
      'git --no-optional-locks status --porcelain; git for-each-ref; git worktree list; cat .git/config .git/HEAD f0; find . -path ./.git -prune -o -type f -print | sort; ls .git | grep -v index; cksum .git/index',
    ],
    { cwd: src, encoding: 'utf8' },
  )
}

interface Found {
  readonly steps: number
  readonly kills: number
  readonly points: readonly string[]
  readonly all: readonly string[]
  readonly failures: readonly string[]
}

async function runSeeds(from: number, seeds: number): Promise<Found> {
  const failures: string[] = []
  for (let seed = from; seed < from + seeds; seed += 1) {
    try {
      await schedule(seed)
    } catch (error) {
      failures.push(error instanceof Error ? error.message : String(error))
    }
  }
  rmSync(ground, { recursive: true, force: true })
  return { steps, kills, points: [...points], all: [...all], failures }
}

function inProcess(from: number, seeds: number): Promise<Found> {
  const args = ['--from', String(from), '--seeds', String(seeds), '--jobs', '1']
  return new Promise((resolve, reject) => {
    const child = fork(process.argv[1]!, args)
    child.once('message', (found) => resolve(found as Found))
    child.once('exit', (code) => reject(new Error(`a job ended with ${code}`)))
  })
}

const from = option('from', 1)
const seeds = option('seeds', 200)
const jobs = Math.min(option('jobs', 4), seeds)
if (process.send !== undefined) {
  const found = await runSeeds(from, seeds)
  await new Promise((sent) => process.send!(found, sent))
  process.disconnect()
} else {
  const since = performance.now()
  rmSync(ground, { recursive: true })
  const share = Math.ceil(seeds / jobs)
  const found = await Promise.all(
    Array.from({ length: jobs }, (_, at) =>
      inProcess(from + at * share, Math.min(share, seeds - at * share)),
    ),
  )
  const sum = (of: (one: Found) => number) => found.reduce((total, one) => total + of(one), 0)
  const union = (of: (one: Found) => readonly string[]) => new Set(found.flatMap(of))
  const failures = found.flatMap((one) => one.failures)
  for (const line of failures) console.log(line)
  const [cut, possible] = [union((one) => one.points), union((one) => one.all)]
  const never = [...possible].filter((point) => !cut.has(point))
  console.log(
    `${seeds} schedules, ${sum((one) => one.steps)} steps, ${sum((one) => one.kills)} of them cut off, at ${cut.size} different points; ${never.length} of ${possible.size} points never; ${failures.length} failed; ${Math.round((performance.now() - since) / 1000)} s`,
  )
  if (never.length > 0) console.log(`never: ${never.toSorted().join(', ')}`)
  process.exitCode = failures.length > 0 ? 1 : 0
}
