/** Brings commits from one machine's mirror to another's, as a git bundle through the daemon: hosts need not reach each other. */
import { OrchestraError } from '../../core/errors.js'
import type { MachineId } from '../../core/ids.js'
import { ABSENT, BUNDLE_IN, BUNDLE_OUT } from '../../git/mirror.js'
import { recordsOf } from '../../git/prelude.js'
import { hostOf } from '../machines/host-of.js'
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
  const absent = new Set(recordsOf(await target.must(ABSENT, { args })).map(([, oid]) => oid))
  for (const { oid, machine } of what) {
    if (!absent.has(oid)) continue
    if (machine === to) throw new OrchestraError(`commit ${oid} is gone from ${to}`, { kind: 'failed' })
    const source = needs.shells.of(hostOf(needs, machine))
    const options = { timeoutMs: CARRY_MS, maxBytes: MAX_BUNDLE }
    for (const how of ['', 'whole']) {
      const bundle = await source.must(BUNDLE_OUT, { ...options, args: [roots(machine), oid, how] })
      const said = await target.must(BUNDLE_IN, {
        timeoutMs: CARRY_MS,
        args: [roots(to), oid],
        stdin: bundle,
      })
      if (said.toString('utf8').includes('here')) break
      if (how === 'whole')
        throw new OrchestraError(`${oid} of ${machine} was not taken over by ${to}`, { kind: 'failed' })
    }
  }
}
