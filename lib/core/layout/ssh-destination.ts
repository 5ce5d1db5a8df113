import { commandLine } from '../shell-quote.js'
import type { Machine } from './model.js'

/** What a person gives ssh to reach a machine as the layout has it. */
export function sshDestination(machine: Machine): string {
  if (machine.kind !== 'ssh') return machine.id
  const { user, host, port, jump, identityFile } = machine
  return commandLine(
    user === null ? host : `${user}@${host}`,
    ...(port === null ? [] : ['-p', String(port)]),
    ...(identityFile === null ? [] : ['-i', identityFile]),
    ...(jump === null ? [] : ['-J', jump]),
  )
}
