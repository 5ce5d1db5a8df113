/**
 * One random life of a pool: trees are made ready, worked in, saved, removed. What an agent made must be reachable from a ref or stand
 * in its tree (T1), what is not ours must stay (T3), the person's checkout must be as it was (T4), and no more trees may stand than the
 * pool has, none unaccounted for (T6).
 */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { slotId, type MachineId } from '../../lib/core/ids.js'
import { findLeaks } from '../../lib/core/trees/leaks.js'
import { INSPECT, NOTE_BEFORE } from '../../lib/git/inspect.js'
import { LIST_TREES, REPAIR_TREE } from '../../lib/git/look.js'
import { FETCH_BASE, MAKE_MIRROR } from '../../lib/git/mirror.js'
import { recordOf, recordsOf } from '../../lib/git/prelude.js'
import { ADD_SLOT, CHECK_OUT, FILL_SLOT, NOTE_MADE, REMOVE_SLOT, SAVE_SLOT } from '../../lib/git/slots.js'
import { Random } from '../../lib/simulate/random.js'
import type { Cut, CutSteps } from './cut-steps.js'

const SIZE = 2
const ROUNDS = 5
const MARK = 'orchestra abcdefghijkl'

/** `random`: steps are cut off here and there. Else only the given one is, the first time that it calls so many programs. */
export type How = 'random' | 'never' | ({ readonly step: string } & Cut)

/** @returns the most programs that each step called in it. Throws when an invariant does not hold. */
export async function runSchedule(
  seed: number,
  how: How,
  steps: CutSteps,
): Promise<ReadonlyMap<string, number>> {
  const random = new Random(seed)
  /** Apart, so that the work of a seed is the same wherever it is cut off. */
  const cuts = new Random(seed + 1_000_000)
  const dir = join(steps.ground, `s${seed}`)
  const src = join(dir, 'src')
  const root = join(dir, 'wood', 'app.abcdefgh')
  makeCheckout(src)
  const before = personOf(src)
  /** Texts that an agent wrote into a file that is not ignored. */
  const made: string[] = []
  const calls = new Map<string, number>()
  let isCut = false
  let attempt = 0

  const whole = async (name: string, script: string, args: readonly string[]): Promise<Buffer> => {
    const done = await steps.whole(name, script, args)
    calls.set(name, Math.max(calls.get(name) ?? 0, done.calls))
    return done.out
  }
  const check = async (where: string): Promise<void> => {
    if (personOf(src) !== before) throw new Error(`seed ${seed}, ${where}: T4, the checkout changed`)
    if (!existsSync(join(root, 'mirror.git'))) return
    const kept = keptTexts(root)
    const lost = made.filter((text) => !kept.has(text))
    if (lost.length > 0) throw new Error(`seed ${seed}, ${where}: T1, lost ${lost.join(', ')}`)
    const many = standing(await whole('list', LIST_TREES, [root]))
    if (many.length > SIZE) throw new Error(`seed ${seed}, ${where}: T6, ${many.join(' ')}`)
  }
  const cutAt = async (
    name: string,
    script: string,
    args: readonly string[],
    cut: Cut,
  ): Promise<Buffer | null> => {
    const out = await steps.cutOff(name, script, args, cut)
    isCut ||= out === null
    await check(`${name} cut off ${cut.when} ${cut.n}`)
    return out
  }
  const run = async (name: string, script: string, ...args: string[]): Promise<Buffer> => {
    if (how === 'random') {
      for (let tries = 0; tries < 3 && cuts.chance(0.5); tries += 1) {
        const out = await cutAt(name, script, args, steps.choose(name, cuts))
        if (out !== null) return out
      }
    } else if (how !== 'never' && how.step === name && !isCut) {
      const out = await cutAt(name, script, args, how)
      if (out !== null) return out
    }
    return whole(name, script, args)
  }

  const foreign = join(root, 'foreign')
  for (let round = 0; round < ROUNDS; round += 1) {
    const name = `app.0${random.between(1, SIZE)}`
    const mark = `${MARK} ${slotId('app', 'm' as MachineId, Number(name.slice(-1)))}`
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
    await run('checkout', CHECK_OUT, root, name, branch, base, '')
    await run('fill', FILL_SLOT, root, name, src, 'auto', 'list', '.env', '--', 'f1')
    await run('made', NOTE_MADE, root, name)
    await run('note', NOTE_BEFORE, root, name, src)
    work(join(root, name), random, made, `${seed}.${round}`)
    await check('after work')
    const rest = random.chance(0.5) ? ['commit', 'rest'] : []
    await run('inspect', INSPECT, root, name, branch, base, src, ...rest)
    await run('save', SAVE_SLOT, root, name, `s/${id}`, 'after')
    await check('after save')
    if (random.chance(0.3))
      await run('remove', REMOVE_SLOT, root, name, mark, `s/${name}`, random.chance(0.5) ? 'ignored' : '')
    if (random.chance(0.2) && existsSync(join(root, '.gone.app.01')))
      await run('repair', REPAIR_TREE, root, '.gone.app.01', 'half_removed', 's/leak')
    await check('end of round')
    if (existsSync(foreign) && readFileSync(join(foreign, 'theirs'), 'utf8') !== 'theirs\n')
      throw new Error(`seed ${seed}: T3`)
    // Whatever the cut did is seen in the round after it at the latest.
    if (typeof how === 'object' && isCut && round > 0 && round < ROUNDS - 2) round = ROUNDS - 2
  }
  git(join(root, 'mirror.git'), 'gc', '-q', '--prune=now')
  await check('after gc')
  rmSync(dir, { recursive: true, force: true })
  return calls
}

function git(cwd: string, ...args: string[]): string {
  const options = ['-c', 'user.name=a', '-c', 'user.email=a@a', '-c', 'core.hooksPath=/dev/null']
  return execFileSync('git', [...options, ...args], { cwd, encoding: 'utf8', stdio: 'pipe' }).trim()
}

function makeCheckout(src: string): void {
  mkdirSync(src, { recursive: true })
  git(src, 'init', '-q', '-b', 'main')
  writeFileSync(join(src, '.gitignore'), 'ignored/\n.env\n')
  for (let i = 0; i < 4; i += 1) writeFileSync(join(src, `f${i}`), `${i}\n`)
  git(src, 'add', '-A')
  git(src, 'commit', '-qm', 'first')
  writeFileSync(join(src, 'f0'), 'a person is at work\n')
}

/** What commits of refs have, and files of trees. */
function keptTexts(root: string): ReadonlySet<string> {
  const places = readdirSync(root).filter(
    (name) => name.startsWith('app.') || name.startsWith('.gone.') || name === '.kept',
  )
  const look =
    'git --git-dir=mirror.git log --all -m -p --format= | sed -n "s/^[+]//p"; [ $# = 0 ] || grep -rhs --exclude-dir=.git "^made-" "$@"; true'
  const found = execFileSync('sh', ['-c', look, 'sh', ...places], { cwd: root, encoding: 'utf8' })
  return new Set(found.split('\n'))
}

/** Trees that no leak accounts for. */
function standing(out: Buffer): readonly string[] {
  const records = recordsOf(out)
  const named = (kind: string) => records.flatMap(([is, one = '']) => (is === kind ? [one] : []))
  const entries = records.flatMap(([kind, path = '', lock = '']) =>
    kind === 'entry' ? [{ path, lock }] : [],
  )
  const slots = Array.from({ length: SIZE }, (_, i) => ({
    id: slotId('app', 'm' as MachineId, i + 1),
    name: `app.0${i + 1}`,
    isMade: false,
    isChanging: false,
  }))
  const dirs = named('dir')
  const found = { root: recordOf(out, 'root')?.[0] ?? '', entries, dirs, others: named('other') }
  const leaks = findLeaks(found, slots, MARK)
  return dirs.filter((one) => !leaks.some(({ name }) => name === one))
}

/** What an agent may do: commit, leave dirty, untracked and staged work, detach, change its branch. */
function work(tree: string, random: Random, made: string[], of: string): void {
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

function personOf(src: string): string {
  const look =
    'git --no-optional-locks status --porcelain; git for-each-ref; git worktree list; cat .git/config .git/HEAD f0; find . -path ./.git -prune -o -type f -print | sort; ls .git | grep -v index; cksum .git/index'
  return execFileSync('sh', ['-c', look], { cwd: src, encoding: 'utf8' })
}
