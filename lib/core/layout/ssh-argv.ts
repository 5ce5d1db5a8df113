import type { MachineId } from '../ids.js'
import type { Machine } from './model.js'

/** How a person gets there with ssh; null: it is this machine. */
export function sshArgv(
  machine: Machine,
  { machines }: { readonly machines: ReadonlyMap<MachineId, { readonly spec: Machine }> },
): readonly string[] | null {
  if (machine.kind !== 'ssh') return null
  const { host, user, port, identityFile, jump } = machine
  const over = jump === null ? undefined : [...machines.values()].find(({ spec }) => spec.id === jump)?.spec
  const hop =
    over?.kind === 'ssh'
      ? `${over.user === null ? '' : `${over.user}@`}${over.host}${over.port === null ? '' : `:${over.port}`}`
      : jump
  return [
    'ssh',
    '-t',
    ...(port === null ? [] : ['-p', String(port)]),
    ...(identityFile === null ? [] : ['-i', identityFile]),
    ...(hop === null ? [] : ['-J', hop]),
    user === null ? host : `${user}@${host}`,
  ]
}
