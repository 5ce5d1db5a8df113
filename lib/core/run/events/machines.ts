/** Machines: whether they can be reached, what became of what ran there. */
import type { MachineId } from '../../ids.js'
import type { Principal } from '../../principal.js'
import { number, orNull, since, text, word } from '../../shape.js'
import { MACHINE_STATES, type MachineState } from '../../words.js'
import { why, type Forms } from './form.js'
import { principal } from './principal-shape.js'

/** `down`: orchestra itself ended everything of its own there. */
export type ResetReason = 'reboot' | 'server_gone' | 'down'

export type MachineEvent =
  | {
      readonly type: 'machine.changed'
      readonly machine: MachineId
      readonly state: MachineState
      readonly reason: string | null
    }
  /** A machine's tmux or boot is not the one that we knew: everything that ran there is gone. */
  | {
      readonly type: 'machine.reset'
      readonly machine: MachineId
      readonly reason: ResetReason
      /** `down`: who asked for it. Else null: it was found so. */
      readonly by: Principal | null
    }
  | {
      readonly type: 'machine.loaded'
      readonly machine: MachineId
      readonly load1: number
      readonly cores: number
    }

export const MACHINE_EVENTS: Forms<MachineEvent> = {
  'machine.changed': {
    fields: { machine: text(), state: word(...MACHINE_STATES), reason: orNull(text()) },
    line: ({ machine, state, reason }) => [
      machine,
      `${state}${why(reason)}`,
      state === 'online' ? 'good' : state === 'unknown' ? 'info' : 'warn',
    ],
  },
  'machine.reset': {
    fields: {
      machine: text(),
      reason: word('reboot', 'server_gone', 'down'),
      by: since(null, orNull(principal)),
    },
    line: ({ machine, reason }) => [machine, RESET_TEXT[reason], reason === 'down' ? 'info' : 'bad'],
  },
  'machine.loaded': {
    fields: { machine: text(), load1: number, cores: number },
    line: ({ machine, load1 }) => [machine, `load ${load1}`],
    written: 'never',
  },
}

const RESET_TEXT = {
  reboot: 'rebooted: what ran there is gone',
  server_gone: 'its tmux server is gone, and what ran in it',
  down: 'taken down: our agents there were ended',
} as const satisfies Record<ResetReason, string>
