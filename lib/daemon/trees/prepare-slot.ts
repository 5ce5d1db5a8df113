/** Makes a worktree ready: mirror, target, tree, what was left is saved, checkout, files, ports, setup. Each step may be done twice. */
import { createHash } from 'node:crypto'
import { OrchestraError, reasonOf } from '../../core/errors.js'
import type { AttemptId } from '../../core/ids.js'
import { landedCommits } from '../../core/merges/landed-commits.js'
import { treeEnv } from '../../core/run/index/agent-tree.js'
import { needHeads, type NeedHead } from '../../core/trees/need-heads.js'
import type { SlotRecord } from '../../core/trees/records.js'
import { checkoutOf, type RepositorySpec, type TreePoolSpec } from '../../core/trees/spec.js'
import { nonceOf } from '../jobs/nonce.js'
import { hostOf } from '../machines/host-of.js'
import { isAskedAgain } from './asked-again.js'
import { carryAll } from './carry.js'
import { choosePorts } from './choose-ports.js'
import { noteSaved, savePrefix } from './note-saved.js'
import { TreeGit, type Taken } from './tree-git.js'
import type { TreeNeeds } from './tree-needs.js'
import { placeOf, slotMark } from './tree-place.js'
import { slotName } from '../../core/trees/slot-name.js'

const SETUP_MS = 30 * 60_000
const SHOWN = 300

/** What is refused for good is told to the attempt; what could not be reached is tried again. */
export async function prepareSlot(slot: SlotRecord, needs: TreeNeeds): Promise<void> {
  const { loop, clock } = needs.kernel
  try {
    await prepare(slot, needs)
  } catch (error) {
    if (isAskedAgain(error)) throw error
    const conflicts = error instanceof Conflict ? error.files : []
    // Before its attempt looks for another place.
    if (error instanceof PlaceTaken) noteTaken(slot, error, needs)
    loop.dispatch({
      type: 'tree.refused',
      at: clock.now(),
      slot: slot.id,
      attempt: slot.attempt,
      reason: reasonOf(error),
      conflicts,
      isTaken: error instanceof PlaceTaken,
    })
  }
}

class Conflict extends OrchestraError {
  readonly files: readonly string[]

  constructor(task: string, files: readonly string[]) {
    const shown = files.slice(0, 10).join(', ')
    const more = files.length > 10 ? ` and ${files.length - 10} more` : ''
    super(`what it needs does not fit together: ${task} conflicts in ${shown}${more}`, { kind: 'failed' })
    this.files = files
  }
}

class PlaceTaken extends OrchestraError {
  readonly what: Taken['kind']

  constructor({ kind, why }: Taken) {
    super(why, { kind: 'failed' })
    this.what = kind
  }
}

function noteTaken(slot: SlotRecord, { what }: PlaceTaken, { kernel }: TreeNeeds): void {
  const { loop, clock, store } = kernel
  const { machine, pool } = slot
  const name = slotName(slot)
  const path = slot.path ?? `${placeOf(slot.dir, slot.repository, store.id).root}/${name}`
  loop.dispatch({ type: 'tree.leaked', at: clock.now(), machine, pool, kind: what, name, path, bytes: null })
}

async function prepare(slot: SlotRecord, needs: TreeNeeds): Promise<void> {
  const { loop, clock, store } = needs.kernel
  const { pool, repository, checkout } = placesOf(slot, needs)
  const host = hostOf(needs, slot.machine)
  if (!host.isReady) throw new OrchestraError(`${slot.machine} is not ready`, { kind: 'unreachable' })
  const place = placeOf(slot.dir, slot.repository, store.id)
  const git = new TreeGit(needs.shells.of(host), place)
  const name = slotName(slot)
  const isCurrent = () => {
    const now = loop.state.slots.get(slot.id)
    return now?.state === 'preparing' && now.since === slot.since
  }

  await git.mirror(checkout)
  const target = await targetOf(git, slot, repository, checkout, needs)
  const heads = await headsFor(slot, needs)
  if (!isCurrent()) return
  const made = await git.add(name, slotMark(slot, store.id), target.oid)
  if ('taken' in made) throw new PlaceTaken(made.taken)
  // An agent that keeps its tree lives there.
  const isInhabited = slot.holder?.kind === 'agent' && slot.path !== null
  const left = await git.save(
    name,
    savePrefix(slot, needs),
    'left in the tree before its next use',
    isInhabited,
  )
  if (left.busy.length > 0)
    throw new OrchestraError(`process ${left.busy[0]} works in ${made.path}`, { kind: 'failed' })
  noteSaved(slot, left.saved, 'left in the tree before its next use', needs)
  if (left.nested.length > 0)
    throw new OrchestraError(
      `${made.path}/${left.nested[0]} is a repository of its own, which no ref can hold: move it away`,
      { kind: 'failed' },
    )
  if (!isCurrent()) return
  const oid = slot.holder?.kind === 'merge' ? slot.holder.oid : (givenBase(slot, needs) ?? target.oid)
  const done = await git.checkOut(
    name,
    slot.branch,
    oid,
    heads.map((head) => head.oid),
    landedCommits(loop.state, slot.repository, repository.base),
  )
  if ('need' in done) {
    const whose = heads.find((head) => head.oid === done.need)
    throw new Conflict(whose?.task ?? done.need, done.files)
  }
  const { submodules, copy, setupKey } = pool
  const filled = await git.fill(name, checkout, { submodules, copy, key: setupKey })
  if (filled.problem !== null)
    throw new OrchestraError(`its submodules were not made: ${filled.problem}`, { kind: 'failed' })
  const ports = await choosePorts(git, slot, pool.ports, loop.state.slots.values())
  const key = createHash('sha256')
    .update([filled.key, ...pool.setup].join('\n'))
    .digest('hex')
    .slice(0, 16)
  const jobs = await setUp(
    { ...slot, path: made.path, ports },
    pool,
    made.created || slot.setupKey !== key,
    needs,
  )
  await git.note(name, repository.watch ? checkout : null)
  if (!isCurrent()) return
  loop.dispatch({
    type: 'tree.ready',
    at: clock.now(),
    slot: slot.id,
    attempt: slot.attempt,
    created: made.created,
    path: made.path,
    branch: slot.branch,
    base: { oid: done.base, fetchedAt: target.fetchedAt },
    needs: heads.map((head): AttemptId => head.attempt),
    setupKey: key,
    ports,
    stale: target.stale,
  })
  await loop.settled()
  for (const job of jobs) void needs.jobs.forget(host, job)
}

function placesOf(
  slot: SlotRecord,
  { kernel }: TreeNeeds,
): { pool: TreePoolSpec; repository: RepositorySpec; checkout: string } {
  const { layout } = kernel.loop.state
  const pool = layout?.trees.find(({ id }) => id === slot.pool)
  const repository = layout?.repositories.find(({ id }) => id === slot.repository)
  const checkout = repository === undefined ? undefined : checkoutOf(repository, slot.machine)
  if (pool === undefined || repository === undefined || checkout === undefined)
    throw new OrchestraError(`the layout has no pool ${slot.pool} of ${slot.repository} on ${slot.machine}`, {
      kind: 'failed',
    })
  return { pool, repository, checkout }
}

async function targetOf(
  git: TreeGit,
  slot: SlotRecord,
  repository: RepositorySpec,
  checkout: string,
  needs: TreeNeeds,
): Promise<Exclude<Awaited<ReturnType<TreeGit['base']>>, 'absent'>> {
  const { state } = needs.kernel.loop
  const landed = state.targets.get(`${repository.id}/${repository.base}`)
  const ask = () => git.base(checkout, repository.base, repository.remote, landed?.oid ?? null)
  const found = await ask()
  if (found !== 'absent') return found
  await carryAll([landed!], slot.machine, rootsOf(slot, needs), needs)
  const again = await ask()
  if (again === 'absent') throw new OrchestraError(`${landed!.oid} is not there`, { kind: 'failed' })
  return again
}

/** The commit that its task has to begin on; undefined: on the target. */
function givenBase({ attempt }: SlotRecord, { kernel }: TreeNeeds): string | undefined {
  const { state } = kernel.loop
  const record = attempt === null ? undefined : state.attempts.get(attempt)
  return record?.told.task.base ?? undefined
}

/** The branches of what its task needs, brought to this machine. */
async function headsFor(slot: SlotRecord, needs: TreeNeeds): Promise<readonly NeedHead[]> {
  const { state } = needs.kernel.loop
  const attempt = slot.attempt === null ? undefined : state.attempts.get(slot.attempt)
  const task = attempt === undefined ? undefined : state.tasks.get(attempt.task)
  if (task === undefined) return []
  const heads = needHeads(state, task, slot.repository)
  await carryAll(heads, slot.machine, rootsOf(slot, needs), needs)
  return heads
}

/** Pools of one repository may stand in different places on different machines; a slot there says where. */
function rootsOf(slot: SlotRecord, { kernel }: TreeNeeds): (machine: SlotRecord['machine']) => string {
  const { loop, store } = kernel
  return (machine) => {
    const there = [...loop.state.slots.values()].find(
      (one) => one.machine === machine && one.repository === slot.repository,
    )
    const dir = machine === slot.machine ? slot.dir : (there?.dir ?? slot.dir)
    return placeOf(dir, slot.repository, store.id).root
  }
}

/** @returns the keys of its jobs, to be forgotten when the tree is journalled as ready. */
async function setUp(
  slot: SlotRecord,
  pool: TreePoolSpec,
  isWanted: boolean,
  { kernel, hosts, jobs }: TreeNeeds,
): Promise<readonly string[]> {
  if (!isWanted) return []
  const host = hostOf({ hosts }, slot.machine)
  const keys: string[] = []
  for (const [at, command] of pool.setup.entries()) {
    const key = `tree.${slot.id}.${slot.since}.${at + 1}`
    keys.push(key)
    const result = await jobs.run(host, {
      key,
      command,
      cwd: slot.path,
      env: treeEnv(slot),
      nonce: nonceOf(`${kernel.store.id} ${key}`),
      timeoutMs: SETUP_MS,
    })
    if (result === null)
      throw new OrchestraError(`${slot.machine} was reset during setup`, { kind: 'unreachable' })
    if (result.exitCode === 0) continue
    const said = result.output.trim().split('\n').slice(-3).join(' ').slice(-SHOWN)
    const how = result.timedOut ? 'time is up' : `exit status ${result.exitCode}`
    for (const one of keys) void jobs.forget(host, one)
    throw new OrchestraError(`setup: ${command}: ${how}${said === '' ? '' : `: ${said}`}`, { kind: 'failed' })
  }
  return keys
}
