/** The private ground of a question: orchestra with its own state, HOME and tmux; hosts, if it wants some; all gone after. */
import { Orchestra } from '../../../spec/support/orchestra.js'
import { makeTestClient, startSshd, whyNoSshd, type TestSshd } from '../../../spec/support/sshd.js'
import { endProcess, processesNaming } from '../../../spec/support/processes.js'
import { eventually } from '../../../spec/support/eventually.js'

export interface Host {
  readonly name: string
  readonly sshd: TestSshd
}

export interface Ground {
  readonly orchestra: Orchestra
  readonly hosts: readonly Host[]
  /** For `ssh`: how the client of this ground reaches its hosts. */
  readonly sshConfig: string
}

export interface GroundOptions {
  /** Words before sshd's own, for the host of that number (from 1). */
  readonly prefix?: (i: number) => readonly string[]
  /** Another program than that of the present sources. */
  readonly program?: string
}

/** `count` sshd on loopback, each with its own HOME and tmux, known to orchestra by the names h1, h2, … */
export async function withGround<T>(
  count: number,
  use: (ground: Ground) => Promise<T>,
  { prefix = () => [], program }: GroundOptions = {},
): Promise<T> {
  const why = count > 0 ? whyNoSshd() : null
  if (why !== null) throw new Error(why)
  const client = makeTestClient()
  const orchestra = new Orchestra({
    env: { HOME: client.home },
    ...(program === undefined ? {} : { program }),
  })
  const hosts: Host[] = []
  try {
    for (let i = 1; i <= count; i++)
      hosts.push({ name: `h${i}`, sshd: await startSshd({ client, prefix: prefix(i) }) })
    const config = hosts.map(
      ({ name, sshd }) =>
        `Host ${name}\n  HostName ${sshd.address}\n  Port ${sshd.port}\n  User ${sshd.user}\n` +
        `  IdentityFile ${client.key}\n  IdentitiesOnly yes\n  UserKnownHostsFile ${client.knownHosts}\n  LogLevel ERROR\n`,
    )
    return await use({ orchestra, hosts, sshConfig: orchestra.write('ssh_config', config.join('\n')) })
  } finally {
    await orchestra.run(['down'], { timeoutMs: 60_000 }).catch(() => undefined)
    for (const { sshd } of hosts) {
      await sshd.stop()
      // Agents of a host that was stopped under them end by themselves, but not soon enough.
      await endNaming(sshd.dir)
    }
    await orchestra.close()
    client.remove()
  }
}

async function endNaming(dir: string): Promise<void> {
  await eventually(() => {
    const left = processesNaming(dir)
    for (const { pid } of left) endProcess(pid)
    return left.length === 0
  })
}

/** `machines:` of a layout. */
export function machinesYaml({ hosts }: Ground): string {
  const lines = hosts.map(
    ({ name, sshd }) =>
      `  ${name}: { kind: ssh, host: ${sshd.address}, port: ${sshd.port}, user: ${sshd.user}, capacity: 1000 }`,
  )
  return `machines:\n  here: { kind: local, capacity: 1000 }\n${lines.join('\n')}\n`
}
