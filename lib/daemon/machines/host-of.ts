import { OrchestraError } from '../../core/errors.js'
import type { MachineId } from '../../core/ids.js'
import type { Host } from './host.js'

/** The hosts of all machines; `fleet/` makes and leaves them. */
export type Hosts = ReadonlyMap<MachineId, Host>

export function hostOf({ hosts }: { readonly hosts: Hosts }, machine: MachineId): Host {
  const host = hosts.get(machine)
  if (host === undefined) {
    throw new OrchestraError(`${machine} is not a machine that agents can run on`, { kind: 'refused' })
  }
  return host
}
