/** The machines of a layout as hosts: this machine by child processes, the others over ssh2. */
import type { MachineId, SessionName } from '../../core/ids.js'
import type { Layout, Machine } from '../../core/layout/model.js'
import { LocalLink } from '../../exec/local-link.js'
import type { Link } from '../../exec/transport.js'
import type { HomePaths } from '../../home/paths.js'
import { KeyRing, type AskPassphrase } from '../../ssh/key-ring.js'
import { NameProcess } from '../../ssh/name-process.js'
import { OpensshLink } from '../../ssh/openssh-link.js'
import { SshLink } from '../../ssh/ssh-link.js'
import type { SshTarget } from '../../ssh/ssh-target.js'
import { agentsSocket } from './agents-socket.js'
import { LinkedHost, type Host } from './host.js'
import { neutralEnv } from '../../core/environment/environment.js'
import type { LocalEnvironment } from './local-environment.js'

export interface HostsOptions {
  readonly session: SessionName
  readonly storeId: string
  readonly daemonGeneration: number
  readonly paths: HomePaths
  readonly now: () => number
  readonly askPassphrase: AskPassphrase
  readonly environment: LocalEnvironment
}

export class HostFactory {
  readonly #options: HostsOptions

  readonly #keyRing: KeyRing
  readonly #names = new NameProcess()

  constructor(options: HostsOptions) {
    this.#options = options
    this.#keyRing = new KeyRing(options.askPassphrase)
  }

  /** null: nothing can run there (`client`, `github`). */
  make(machine: Machine, layout: Layout): Host | null {
    const link = this.#link(machine, layout)
    if (link === null) return null
    const { paths, askPassphrase: _ask, environment, ...rest } = this.#options
    return new LinkedHost({
      ...rest,
      machine,
      link,
      ...agentsSocket(machine, layout.tmux.socket),
      stateDir: machine.kind === 'local' ? paths.state : null,
      ...(machine.kind === 'local' ? { environment } : {}),
    })
  }

  #link(machine: Machine, layout: Layout): Link | null {
    const { environment } = this.#options
    // The agents' tmux server may be started from there; each program is given its own environment.
    if (machine.kind === 'local') return new LocalLink({ env: () => neutralEnv(environment.shell) })
    const target = sshTarget(machine, layout, new Set())
    if (target === null || machine.kind !== 'ssh') return null
    const env = () => environment.shell
    return machine.transport === 'openssh'
      ? new OpensshLink(target, { env })
      : new SshLink(target, { keyRing: this.#keyRing, env, lookUp: this.#names.lookUp })
  }
}

function sshTarget(machine: Machine, layout: Layout, seen: Set<MachineId>): SshTarget | null {
  if (machine.kind !== 'ssh' || seen.has(machine.id)) return null
  seen.add(machine.id)
  const hop = layout.machines.find((m) => m.id === machine.jump)
  const { host, user, port, identityFile } = machine
  return {
    host,
    user,
    port,
    identityFile,
    jump: hop === undefined ? machine.jump : sshTarget(hop, layout, seen),
  }
}

/** What of a machine's entry makes another connection necessary. */
export function connectionKey(machine: Machine, layout: Layout): string {
  const kind = machine.kind === 'ssh' ? machine.transport : machine.kind
  return JSON.stringify([kind, layout.tmux.socket, sshTarget(machine, layout, new Set())])
}
