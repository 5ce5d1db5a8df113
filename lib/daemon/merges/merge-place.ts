/** Where a queue works: its machine, and the mirror of its repository there. */
import { OrchestraError } from '../../core/errors.js'
import type { MachineId } from '../../core/ids.js'
import type { MergeSpec } from '../../core/merges/spec.js'
import { checkoutOf, type RepositorySpec } from '../../core/trees/spec.js'
import type { Shell } from '../../exec/shell.js'
import { recordOf, recordsOf } from '../../git/prelude.js'
import { FETCH_BASE } from '../../git/mirror.js'
import type { Host } from '../machines/host.js'
import { hostOf } from '../machines/host-of.js'
import { carryAll } from '../trees/carry.js'
import { TreeGit } from '../trees/tree-git.js'
import { placeOf } from '../trees/tree-place.js'
import type { MergeNeeds } from './merge-needs.js'

const STEP_MS = 10 * 60_000
const MAX_BYTES = 4 * 1024 * 1024

export interface MergePlace {
  readonly host: Host
  readonly root: string
  readonly checkout: string
  readonly repository: RepositorySpec
  /** Of the mirror on any machine. */
  readonly roots: (machine: MachineId) => string
  readonly run: (script: string, args: readonly string[]) => Promise<readonly (readonly string[])[]>
  readonly shell: Shell
}

export async function mergePlace(
  spec: MergeSpec,
  machine: MachineId,
  needs: MergeNeeds,
): Promise<MergePlace> {
  const { loop, store } = needs.kernel
  const { layout } = loop.state
  const pool = layout?.trees.find(({ id }) => id === spec.pool)
  const repository = layout?.repositories.find(({ id }) => id === pool?.repository)
  const checkout = repository === undefined ? undefined : checkoutOf(repository, machine)
  if (pool === undefined || repository === undefined || checkout === undefined)
    throw new OrchestraError(`the layout has no pool ${spec.pool} on ${machine}`, { kind: 'failed' })
  const host = hostOf(needs, machine)
  if (!host.isReady) throw new OrchestraError(`${machine} is not ready`, { kind: 'unreachable' })
  const shell = needs.shells.of(host)
  const place = placeOf(pool.dir, repository.id, store.id)
  await new TreeGit(shell, place).mirror(checkout)
  return {
    host,
    root: place.root,
    checkout,
    repository,
    roots: () => place.root,
    shell,
    run: async (script, args) =>
      recordsOf(await shell.must(script, { args, timeoutMs: STEP_MS, maxBytes: MAX_BYTES })),
  }
}

export interface Target {
  readonly oid: string
  /** What others pushed, where it is not in what we landed; null: it is. */
  readonly parted: string | null
}

/** The branch as it is now: fetched, and with what was landed already. */
export async function targetOf(spec: MergeSpec, place: MergePlace, needs: MergeNeeds): Promise<Target> {
  const { repository, checkout, root, shell } = place
  const landed = landedOf(spec, place, needs)
  if (landed !== undefined) await carryAll([landed], spec.machine, place.roots, needs)
  const args = [root, checkout, spec.into, repository.remote ?? '', '0', landed?.oid ?? '']
  const out = await shell.must(FETCH_BASE, { args, timeoutMs: STEP_MS })
  const [oid] = recordOf(out, 'base') ?? []
  if (oid === undefined || oid === '')
    throw new OrchestraError(`${spec.into} was not found`, { kind: 'failed' })
  return { oid, parted: recordOf(out, 'parted')?.[0] ?? null }
}

export function landedOf(spec: MergeSpec, { repository }: MergePlace, { kernel }: MergeNeeds) {
  return kernel.loop.state.targets.get(`${repository.id}/${spec.into}`)
}
