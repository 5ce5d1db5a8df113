/** A machine of a layout. */
import type { LayerId, MachineId } from '../ids.js'
import { number, oneOf, orNull, since, text, word, type Fields } from '../shape.js'

export type Machine = MachineBase &
  (
    | { readonly kind: 'local' }
    | {
        readonly kind: 'ssh'
        /** A name of `~/.ssh/config` or a host name. */
        readonly host: string
        readonly user: string | null
        readonly port: number | null
        /** Another machine's id, or an ssh destination `[user@]host[:port]`. */
        readonly jump: string | null
        readonly identityFile: string | null
        readonly transport: Transport
        readonly onUnreachable: OnUnreachable
      }
    /** Only looks on: never connected to, state `unknown`. */
    | { readonly kind: 'client' }
    | { readonly kind: 'github'; readonly repository: string | null }
  )

/** ssh2 in our process, or the ssh program, which can do what ssh2 cannot. */
export const TRANSPORTS = ['ssh2', 'openssh'] as const
export type Transport = (typeof TRANSPORTS)[number]

export interface MachineBase {
  readonly id: MachineId
  readonly layer: LayerId | null
  /** Two or so letters for tables and commits: `MU`. */
  readonly code: string
  readonly label: string | null
  /** A working copy that the survey looks at; `~` is `$HOME` of that machine. */
  readonly repo: string | null
  /** How many agents or jobs may work at once; null: no limit. */
  readonly capacity: number | null
  /** No new work above this 1-minute load; null: no limit. */
  readonly maxLoad: number | null
}

export type OnUnreachable =
  | { readonly policy: 'hold' }
  | { readonly policy: 'local' }
  | { readonly policy: 'machine'; readonly machine: MachineId }

const machineBase: Fields<MachineBase> = {
  id: text<MachineId>(),
  layer: orNull(text<LayerId>()),
  code: text(),
  label: orNull(text()),
  repo: orNull(text()),
  capacity: orNull(number),
  maxLoad: orNull(number),
}

const onUnreachable = oneOf<OnUnreachable, 'policy'>('policy', {
  hold: {},
  local: {},
  machine: { machine: text() },
})

export const machineShape = oneOf<Machine, 'kind'>('kind', {
  local: machineBase,
  ssh: {
    ...machineBase,
    host: text(),
    user: orNull(text()),
    port: orNull(number),
    jump: orNull(text()),
    identityFile: orNull(text()),
    transport: since('ssh2', word(...TRANSPORTS)),
    onUnreachable,
  },
  client: machineBase,
  github: { ...machineBase, repository: orNull(text()) },
})

/** A machine of which nothing is said but its id and code. */
export const PLAIN_MACHINE: Omit<MachineBase, 'id' | 'code'> = {
  layer: null,
  label: null,
  repo: null,
  capacity: null,
  maxLoad: null,
}

/** As `PLAIN_MACHINE`, what a machine behind ssh has besides. */
export const PLAIN_SSH: Omit<Extract<Machine, { kind: 'ssh' }>, keyof MachineBase | 'kind' | 'host'> = {
  user: null,
  port: null,
  jump: null,
  identityFile: null,
  transport: 'ssh2',
  onUnreachable: { policy: 'hold' },
}
