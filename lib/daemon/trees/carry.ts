/** Brings commits from one machine's mirror to another's, as a git bundle through the daemon: hosts need not reach each other. */
import { OrchestraError } from '../../core/errors.js'
import type { MachineId } from '../../core/ids.js'
import { ABSENT, BUNDLE_IN, BUNDLE_OUT } from '../../git/mirror.js'
import { recordsOf } from '../../git/prelude.js'
import { hostOf } from '../machines/host-of.js'
import { isRecordNamed } from './tree-place.js'
import type { TreeNeeds } from './tree-needs.js'

const CARRY_MS = 10 * 60_000
const MAX_BUNDLE = 256 * 1024 * 1024

export interface Carried {
  readonly oid: string
  /** Whose mirror has it. */
  readonly machine: MachineId
}

/** @param roots of the repository's mirror on each machine */
export async function carryAll(
  what: readonly Carried[],
  to: MachineId,
  roots: (machine: MachineId) => string,
  needs: Pick<TreeNeeds, 'hosts' | 'shells'>,
): Promise<void> {
  if (what.length === 0) return
  const target = needs.shells.of(hostOf(needs, to))
  const args = [roots(to), ...what.map(({ oid }) => oid)]
  const found = recordsOf(await target.must(ABSENT, { args }))
  const named = (kind: string) => found.flatMap(([is, oid = '']) => (is === kind ? [oid] : []))
  const absent = new Set(named('absent'))
  for (const { oid, machine } of what) {
    if (!absent.has(oid)) continue
    if (machine === to) throw new OrchestraError(`commit ${oid} is gone from ${to}`, { kind: 'failed' })
    const source = needs.shells.of(hostOf(needs, machine))
    const bring = async (has: readonly string[]): Promise<boolean> => {
      const out = { args: [roots(machine), oid, ...has], timeoutMs: CARRY_MS, maxBytes: MAX_BUNDLE }
      const stdin = await source.must(BUNDLE_OUT, out)
      const said = await target.must(BUNDLE_IN, { args: [roots(to), oid], timeoutMs: CARRY_MS, stdin })
      return isRecordNamed(said, 'here')
    }
    // The rest of it may have come and gone since: all of it, then.
    if (!(await bring(named('has'))) && !(await bring([])))
      throw new OrchestraError(`${oid} of ${machine} was not taken over by ${to}`, { kind: 'failed' })
  }
}
