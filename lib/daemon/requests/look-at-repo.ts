import { OrchestraError } from '../../core/errors.js'
import { fix } from '../../core/fixes.js'
import { askedId, type MachineId } from '../../core/ids.js'
import { didYouMean } from '../../core/layout/did-you-mean.js'
import type { RepoDocument } from '../../core/protocol/trees.js'
import { checkoutOf } from '../../core/trees/spec.js'
import { REPO_STEPS } from '../../git/working-copy.js'
import type { Daemon } from '../daemon.js'

/** A look, and before it the step that was asked for. */
export async function lookAtRepo(daemon: Daemon, id: string, asked: string | null): Promise<RepoDocument> {
  const { state } = daemon.loop
  const machine = state.machines.get(askedId<MachineId>(id))
  if (machine === undefined)
    throw new OrchestraError(`there is no machine ${id}${didYouMean(id, state.machines.keys())}`, {
      kind: 'usage',
    })
  const path =
    machine.spec.repo ??
    state.layout?.repositories.map((one) => checkoutOf(one, id)).find((at) => at !== undefined)
  if (path == null)
    throw new OrchestraError(`${id} has no \`repo\` in the layout, and no path in \`repositories\``, {
      kind: 'refused',
    })
  const step = asked === null ? null : REPO_STEPS.find((one) => one === asked)
  if (step === undefined)
    throw new OrchestraError(`there is no step ${asked}${didYouMean(asked ?? '', REPO_STEPS)}`, {
      kind: 'usage',
      hint: `\`${fix('repo.look', id)}\` says which make sense.`,
    })
  const { all, needs } = await daemon.parts.trees.work()
  return all.workingCopy(machine.spec.id, path, step, needs)
}
