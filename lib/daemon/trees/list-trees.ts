/** Journal, git's list and the disk, side by side; and the fixes that a person asks for. */
import { OrchestraError } from '../../core/errors.js'
import { fix } from '../../core/fixes.js'
import type { MachineId } from '../../core/ids.js'
import type { LeakRow } from '../../core/protocol/trees.js'
import type { Principal } from '../../core/principal.js'
import { findLeaks, type KnownSlot, type Leak } from '../../core/trees/leaks.js'
import { leakKey, type LeakRecord, type SlotRecord } from '../../core/trees/records.js'
import { checkoutOf } from '../../core/trees/spec.js'
import { LIST_TREES, MEASURE_TREES, REPAIR_TREE } from '../../git/look.js'
import { recordOf, recordsOf } from '../../git/prelude.js'
import { TreeGit } from './tree-git.js'
import type { Shell } from '../../exec/shell.js'
import type { TreeNeeds } from './tree-needs.js'
import { placeOf } from './tree-place.js'
import { slotName } from '../../core/trees/slot-name.js'

const LIST_MS = 30_000
const MEASURE_MS = 60_000
/** By the one channel that trees have: sshd allows ten to a connection, and agents need the rest. */
const LIST = { timeoutMs: LIST_MS, purpose: 'read' } as const
const CHANGING: ReadonlySet<SlotRecord['state']> = new Set(['preparing', 'releasing', 'removing'])

interface Ground {
  readonly machine: MachineId
  readonly repository: string
  readonly dir: string
  readonly pool: string
  /** All that share its mirror. */
  readonly pools: Set<string>
}

/** One list a machine and repository, whatever the number of slots. What has changed since the last look is journalled. */
export async function listLeaks(
  needs: TreeNeeds,
  only: MachineId | null = null,
): Promise<{ readonly leaks: readonly LeakRow[]; readonly unseen: readonly MachineId[] }> {
  const leaks: LeakRow[] = []
  const unseen = new Set<MachineId>()
  const grounds = groundsOf(needs)
  const { kernel } = needs
  for (const leak of kernel.loop.state.leaks.values())
    if (!grounds.some(({ machine, pools }) => machine === leak.machine && pools.has(leak.pool)))
      endLeak(leak, kernel)
  await Promise.all(
    grounds.map(async (ground) => {
      if (only !== null && ground.machine !== only) return
      const host = needs.hosts.get(ground.machine)
      if (host === undefined || !host.isReady) return void unseen.add(ground.machine)
      leaks.push(...(await leaksOn(ground, needs)))
    }),
  )
  return { leaks, unseen: [...unseen] }
}

async function leaksOn(ground: Ground, needs: TreeNeeds): Promise<LeakRow[]> {
  const { machine, pool, repository, dir } = ground
  const { store } = needs.kernel
  const place = placeOf(dir, repository, store.id)
  const shell = needs.shells.of(needs.hosts.get(machine)!)
  const before = slotsOn(ground, needs)
  const out = await shell.must(LIST_TREES, { args: [place.root], ...LIST })
  const records = recordsOf(out)
  const names = (kind: string) => records.flatMap(([is, name = '']) => (is === kind ? [name] : []))
  const standing = {
    root: recordOf(out, 'root')?.[0] ?? '',
    entries: records.flatMap(([kind, path = '', lock = '']) => (kind === 'entry' ? [{ path, lock }] : [])),
    dirs: names('dir'),
    others: names('other'),
  }
  const found =
    standing.root === '' ? [] : findLeaks(standing, steadySlots(before, slotsOn(ground, needs)), place.mark)
  const sizes = await sizesOf(found, standing.dirs, place.root, shell)
  const rows = found.map((leak) => ({ machine, pool, ...leak, bytes: sizes.get(leak.name) ?? null }))
  noteLeaks(ground, rows, needs)
  return rows
}

function slotsOn({ machine, repository, dir }: Ground, { kernel }: TreeNeeds): SlotRecord[] {
  return [...kernel.loop.state.slots.values()].filter(
    (slot) => slot.machine === machine && slot.repository === repository && slot.dir === dir,
  )
}

/** One that changed while git was asked may be half in its list. */
function steadySlots(before: readonly SlotRecord[], after: readonly SlotRecord[]): KnownSlot[] {
  const was = new Map(before.map((slot) => [slot.id, slot]))
  const is = new Map(after.map((slot) => [slot.id, slot]))
  return [...new Map([...was, ...is]).values()].map((slot) => ({
    id: slot.id,
    name: slotName(slot),
    isMade: slot.path !== null,
    isChanging:
      CHANGING.has(slot.state) ||
      was.get(slot.id)?.since !== is.get(slot.id)?.since ||
      was.get(slot.id)?.state !== is.get(slot.id)?.state,
  }))
}

/** Of those alone that are not accounted for; nothing of what is too large to be measured in time. */
async function sizesOf(
  found: readonly Leak[],
  dirs: readonly string[],
  root: string,
  shell: Shell,
): Promise<ReadonlyMap<string, number>> {
  const standing = new Set(dirs)
  const names = found.flatMap(({ name }) => (standing.has(name) ? [name] : []))
  if (names.length === 0) return new Map()
  const out = await shell
    .run(MEASURE_TREES, { ...LIST, args: [root, ...names], timeoutMs: MEASURE_MS })
    .catch(() => null)
  if (out === null) return new Map()
  return new Map(
    recordsOf(out.stdout).flatMap(([kind, name = '', kb = '0']) =>
      kind === 'size' ? [[name, Number(kb) * 1024]] : [],
    ),
  )
}

/** Each new one once, and each that is over. */
function noteLeaks({ machine, pools }: Ground, found: readonly LeakRow[], { kernel }: TreeNeeds): void {
  const { loop, clock } = kernel
  const paths = new Set(found.map(({ path }) => path))
  for (const leak of loop.state.leaks.values())
    if (leak.machine === machine && pools.has(leak.pool) && !paths.has(leak.path)) endLeak(leak, kernel)
  for (const leak of found) {
    const { pool, kind, name, path, bytes } = leak
    const known = loop.state.leaks.get(leakKey({ machine, path }))
    if (known?.kind === kind && (known.bytes !== null || bytes === null)) continue
    loop.dispatch({ type: 'tree.leaked', at: clock.now(), machine, pool, kind, name, path, bytes })
  }
}

function endLeak({ machine, pool, path }: LeakRecord, { loop, clock }: TreeNeeds['kernel']): void {
  loop.dispatch({ type: 'tree.leak_ended', at: clock.now(), machine, pool, path })
}

/** @returns a line for each leak that was looked at. */
export async function repairLeaks(
  by: Principal,
  ignored: boolean,
  needs: TreeNeeds,
): Promise<readonly string[]> {
  const said: string[] = []
  for (const ground of groundsOf(needs)) {
    if (needs.hosts.get(ground.machine)?.isReady !== true) {
      said.push(`${ground.machine}: cannot be reached now`)
      continue
    }
    for (const leak of await leaksOn(ground, needs))
      said.push(`${leak.path}: ${await repair(leak, ground, { by, ignored }, needs)}`)
  }
  return said
}

interface Asked {
  readonly by: Principal
  /** Ignored files may go, too. */
  readonly ignored: boolean
}

async function repair(
  leak: LeakRow,
  ground: Ground,
  { by, ignored }: Asked,
  needs: TreeNeeds,
): Promise<string> {
  const { loop, clock, store, session } = needs.kernel
  const place = placeOf(ground.dir, ground.repository, store.id)
  const shell = needs.shells.of(needs.hosts.get(ground.machine)!)
  const { kind, name, path } = leak
  const { machine, pool } = ground
  const prefix = `${session}/leak/${name.replace(/[^A-Za-z0-9._-]/g, '-').replace(/^\.+/, '')}`
  const done = () => loop.dispatch({ type: 'tree.repaired', at: clock.now(), machine, pool, kind, path, by })
  switch (kind) {
    case 'foreign':
      return 'not ours: left alone'
    case 'missing':
      return 'it is made anew with the next use of its slot'
    case 'forgotten': {
      const lock = await lockOf(leak, place.root, shell)
      const { kept, forIgnored } = await new TreeGit(shell, place).remove(name, lock, prefix, ignored)
      if (forIgnored) return `stays: ${kept}; \`${fix('trees.repair-ignored')}\` removes it with them`
      if (kept !== null) return `stays: ${kept}`
      done()
      return 'removed: all of it is saved'
    }
    case 'orphan_entry':
    case 'orphan_dir':
    case 'half_removed': {
      const out = await shell.must(REPAIR_TREE, {
        args: [place.root, name, kind, prefix],
        timeoutMs: LIST_MS,
      })
      done()
      const saved = recordOf(out, 'saved')
      return `${recordOf(out, 'done')?.[0] ?? 'done'}${saved === undefined ? '' : `; saved as ${saved[0]}`}`
    }
  }
}

async function lockOf(leak: LeakRow, root: string, shell: Shell): Promise<string> {
  const out = await shell.must(LIST_TREES, { args: [root], ...LIST })
  const entry = recordsOf(out).find(([kind, path]) => kind === 'entry' && path === leak.path)
  if (entry === undefined)
    throw new OrchestraError(`${leak.path} is not listed any more`, { kind: 'refused' })
  return entry[2] ?? ''
}

/** Where trees of the layout, and of slots that stand, are. */
function groundsOf({ kernel }: TreeNeeds): Ground[] {
  const { layout, slots } = kernel.loop.state
  const grounds = new Map<string, Ground>()
  const add = (one: Omit<Ground, 'pools'>) => {
    const key = `${one.machine} ${one.repository} ${one.dir}`
    const ground = grounds.get(key) ?? { ...one, pools: new Set() }
    grounds.set(key, ground)
    ground.pools.add(one.pool)
  }
  for (const { machine, repository, dir, pool } of slots.values()) add({ machine, repository, dir, pool })
  for (const pool of layout?.trees ?? []) {
    const repository = layout?.repositories.find(({ id }) => id === pool.repository)
    for (const { id } of layout?.machines ?? [])
      if (repository !== undefined && checkoutOf(repository, id) !== undefined)
        add({ machine: id, repository: pool.repository, dir: pool.dir, pool: pool.id })
  }
  return [...grounds.values()]
}
