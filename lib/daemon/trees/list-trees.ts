/** Journal, git's list and the disk, side by side; and the fixes that a person asks for. */
import { OrchestraError } from '../../core/errors.js'
import type { MachineId } from '../../core/ids.js'
import type { LeakRow } from '../../core/protocol/trees.js'
import type { Principal } from '../../core/principal.js'
import { findLeaks } from '../../core/trees/leaks.js'
import type { SlotRecord } from '../../core/trees/records.js'
import { checkoutOf } from '../../core/trees/spec.js'
import { LIST_TREES, REPAIR_TREE } from '../../git/look.js'
import { recordOf, recordsOf } from '../../git/prelude.js'
import { TreeGit } from './tree-git.js'
import type { TreeNeeds } from './tree-needs.js'
import { placeOf, slotName } from './tree-place.js'

const LIST_MS = 30_000
const CHANGING: ReadonlySet<SlotRecord['state']> = new Set(['preparing', 'releasing', 'removing'])

interface Ground {
  readonly machine: MachineId
  readonly repository: string
  readonly dir: string
  readonly pool: string
}

/** One list a machine and repository, whatever the number of slots. */
export async function listLeaks(
  needs: TreeNeeds,
  withBytes: boolean,
): Promise<{ readonly leaks: readonly LeakRow[]; readonly unseen: readonly MachineId[] }> {
  const leaks: LeakRow[] = []
  const unseen = new Set<MachineId>()
  await Promise.all(
    groundsOf(needs).map(async (ground) => {
      const host = needs.hosts.get(ground.machine)
      if (host === undefined || !host.isReady) return void unseen.add(ground.machine)
      leaks.push(...(await leaksOn(ground, needs, withBytes)))
    }),
  )
  return { leaks, unseen: [...unseen] }
}

async function leaksOn(ground: Ground, needs: TreeNeeds, withBytes: boolean): Promise<LeakRow[]> {
  const { machine, pool, repository, dir } = ground
  const { loop, store } = needs.kernel
  const place = placeOf(dir, repository, store.id)
  const shell = needs.shells.of(needs.hosts.get(machine)!)
  const options = {
    args: [place.root, withBytes ? 'bytes' : ''],
    timeoutMs: LIST_MS,
    purpose: 'read',
    lane: 'bulk',
  } as const
  const out = await shell.must(LIST_TREES, options)
  const records = recordsOf(out)
  const slots = [...loop.state.slots.values()]
    .filter((slot) => slot.machine === machine && slot.repository === repository && slot.dir === dir)
    .map((slot) => ({
      id: slot.id,
      name: slotName(slot),
      isMade: slot.path !== null,
      isChanging: CHANGING.has(slot.state),
    }))
  const standing = {
    root: recordOf(out, 'root')?.[0] ?? '',
    entries: records.flatMap(([kind, path = '', lock = '']) => (kind === 'entry' ? [{ path, lock }] : [])),
    dirs: records.flatMap(([kind, name = '']) => (kind === 'dir' ? [name] : [])),
  }
  if (standing.root === '') return []
  const sizes = new Map(
    records.flatMap(([kind, name = '', kb = '0']) => (kind === 'size' ? [[name, Number(kb) * 1024]] : [])),
  )
  return findLeaks(standing, slots, place.mark).map((leak) => ({
    machine,
    pool,
    ...leak,
    bytes: sizes.get(leak.name) ?? null,
  }))
}

/** @returns a line for each leak that was looked at. */
export async function repairLeaks(by: Principal, needs: TreeNeeds): Promise<readonly string[]> {
  const said: string[] = []
  for (const ground of groundsOf(needs)) {
    if (needs.hosts.get(ground.machine)?.isReady !== true) {
      said.push(`${ground.machine}: cannot be reached now`)
      continue
    }
    for (const leak of await leaksOn(ground, needs, false))
      said.push(`${leak.path}: ${await repair(leak, ground, by, needs)}`)
  }
  return said
}

async function repair(leak: LeakRow, ground: Ground, by: Principal, needs: TreeNeeds): Promise<string> {
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
      const { kept } = await new TreeGit(shell, place).remove(name, lock, prefix, false)
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

async function lockOf(leak: LeakRow, root: string, shell: { must: TreeShellMust }): Promise<string> {
  const out = await shell.must(LIST_TREES, { args: [root, ''], timeoutMs: LIST_MS })
  const entry = recordsOf(out).find(([kind, path]) => kind === 'entry' && path === leak.path)
  if (entry === undefined)
    throw new OrchestraError(`${leak.path} is not listed any more`, { kind: 'refused' })
  return entry[2] ?? ''
}

type TreeShellMust = (
  script: string,
  options: { args: readonly string[]; timeoutMs: number },
) => Promise<Buffer>

/** Where trees of the layout, and of slots that stand, are. */
function groundsOf({ kernel }: TreeNeeds): Ground[] {
  const { layout, slots } = kernel.loop.state
  const grounds = new Map<string, Ground>()
  const add = (ground: Ground) =>
    void grounds.set(`${ground.machine} ${ground.repository} ${ground.dir}`, ground)
  for (const { machine, repository, dir, pool } of slots.values()) add({ machine, repository, dir, pool })
  for (const pool of layout?.trees ?? []) {
    const repository = layout?.repositories.find(({ id }) => id === pool.repository)
    for (const { id } of layout?.machines ?? [])
      if (repository !== undefined && checkoutOf(repository, id) !== undefined)
        add({ machine: id, repository: pool.repository, dir: pool.dir, pool: pool.id })
  }
  return [...grounds.values()]
}
