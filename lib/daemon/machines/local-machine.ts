import { OrchestraError } from '../../core/errors.js'
import type { MachineId } from '../../core/ids.js'
import { localMachine as find } from '../../core/run/index/machine-reach.js'
import type { RunState } from '../../core/run/state.js'

export function localMachine(state: RunState): MachineId {
  const machine = find(state)
  if (machine === undefined) {
    throw new OrchestraError('the layout has no machine of kind local', {
      kind: 'refused',
      hint: 'Add one, or say `machine:`.',
    })
  }
  return machine.id
}
