/**
 * Random schedules over the real git steps of lib/git, each cut off by kill -9 before or after a git, mv, rm or cp of its own, then
 * run again: what an agent made must be reachable from a ref or stand in its tree (T1), what is not ours must stay (T3), the
 * person's checkout must be as it was (T4), and no more trees may stand than the pool has, none unaccounted for (T6).
 *
 *   npx tsx scripts/trees/kill-points.ts --seeds 200 [--from 1]
 */
import { execFileSync, spawn } from 'node:child_process'
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
  if [ "$n" -eq 0 ]; then
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
const points = new Set<string>()

/** Runs a step; `kill`: ended at its n-th program. @returns null when it was ended. */
function step(
  name: string,
  script: string,
  args: readonly string[],
  kill: { n: number; when: string } | null,
): Promise<Buffer | null> {
  steps += 1
  const file = join(ground, 'kill')
  if (kill === null) rmSync(file, { force: true })
  else writeFileSync(file, `${kill.n}\n`)
  const env = {
    PATH: `${wrap}:${process.env['PATH']}`,
    HOME: ground,
    KILL_FILE: kill === null ? '' : file,
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
      const kill = { n: random.between(1, 14), when: random.chance(0.5) ? 'before' : 'after' }
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
    const lost = made.filter((text) => !isKept(text))
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
  /** The commit of a ref has it, or a file of a tree. */
  const isKept = (text: string): boolean => {
    const mirror = join(root, 'mirror.git')
    const places = readdirSync(root).filter(
      (name) => name.startsWith('app.') || name.startsWith('.gone.') || name === '.kept',
    )
    for (const place of places) {
      try {
        execFileSync('grep', ['-rqxF', '--exclude-dir=.git', text, join(root, place)], { stdio: 'ignore' })
        return true
      } catch {}
    }
    return git(mirror, 'log', '--all', '-m', '--format=%H', '-1', `-S${text}`) !== ''
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

const from = option('from', 1)
const seeds = option('seeds', 200)
const since = performance.now()
let failed = 0
for (let seed = from; seed < from + seeds; seed += 1) {
  try {
    await schedule(seed)
  } catch (error) {
    failed += 1
    console.log(error instanceof Error ? error.message : error)
  }
}
rmSync(ground, { recursive: true, force: true })
console.log(
  `${seeds} schedules, ${steps} steps, ${kills} of them cut off at ${points.size} different points, ${failed} failed, ${Math.round((performance.now() - since) / 1000)} s`,
)
process.exitCode = failed > 0 ? 1 : 0
