/**
 * Machines for end-to-end specs: each an sshd in a network namespace of its own, with own HOME, hostname, tmux and boot
 * id, behind a cable that can be pulled; and one orchestra that knows them by name from ~/.ssh/config.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { randomUUID } from 'node:crypto'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { eventually } from './eventually.js'
import { makeTestNetwork, whyNoNetns, type TestNetwork } from './netns.js'
import { Orchestra } from './orchestra.js'
import { endProcess, processesNaming } from './processes.js'
import { makeTestClient, startSshd, whyNoSshd, type TestClient, type TestSshd } from './sshd.js'

export class ClusterHost {
  readonly name: string
  readonly network: TestNetwork
  readonly sshd: TestSshd
  readonly #bootId: string

  constructor(name: string, network: TestNetwork, sshd: TestSshd, bootId: string) {
    this.name = name
    this.network = network
    this.sshd = sshd
    this.#bootId = bootId
  }

  /** Living processes there: agents, tmux, sshd's sessions. */
  processes(): ReturnType<typeof processesNaming> {
    return processesNaming(this.sshd.dir)
  }

  /** Power off and on: every process is gone, files stay, the boot id is another one. */
  async reboot(): Promise<void> {
    await this.sshd.halt()
    await eventually(() => {
      const left = this.processes()
      for (const { pid } of left) endProcess(pid)
      return left.length === 0
    })
    rmSync(this.sshd.tmuxTmpdir, { recursive: true })
    mkdirSync(this.sshd.tmuxTmpdir, { mode: 0o700 })
    writeFileSync(this.#bootId, `${randomUUID()}\n`)
    await this.sshd.start()
  }

  async remove(): Promise<void> {
    this.network.mend()
    for (const { pid } of this.processes()) endProcess(pid)
    await this.sshd.stop()
    this.network.remove()
  }
}

export interface Cluster {
  readonly orchestra: Orchestra
  readonly client: TestClient
  readonly hosts: ReadonlyMap<string, ClusterHost>
  host(name: string): ClusterHost
  remove(): Promise<void>
}

/** At the top of a describe: skips it aloud where there can be no such machines. */
export function needsCluster(context: Mocha.Suite): boolean {
  const why = whyNoSshd() ?? whyNoNetns()
  if (why === null) return true
  console.log(`SKIPPED, NOT TESTED: ${context.fullTitle()}: ${why}`)
  context.pending = true
  return false
}

interface SshdSettings {
  readonly config?: readonly string[]
  /** Of everything that sshd starts there. */
  readonly env?: Readonly<Record<string, string>>
}

export async function makeCluster(
  names: readonly string[],
  sshdOptions: SshdSettings = {},
): Promise<Cluster> {
  const client = makeTestClient()
  const hosts = new Map<string, ClusterHost>()
  const boots = mkdtempSync(join(tmpdir(), 'orch-boot-'))
  try {
    for (const name of names) hosts.set(name, await makeHost(name, client, boots, sshdOptions))
    const orchestra = new Orchestra({ home: client.home })
    orchestra.grounds.push(...[...hosts.values()].map((host) => host.sshd.dir))
    writeFileSync(join(client.home, '.ssh', 'config'), [...hosts.values()].map(configOf).join('\n'))
    return {
      orchestra,
      client,
      hosts,
      host: (name) => hosts.get(name) as ClusterHost,
      remove: async () => {
        await orchestra.close()
        for (const host of hosts.values()) await host.remove()
        client.remove()
        rmSync(boots, { recursive: true, force: true, maxRetries: 10 })
      },
    }
  } catch (error) {
    for (const host of hosts.values()) await host.remove()
    client.remove()
    throw error
  }
}

async function makeHost(
  name: string,
  client: TestClient,
  boots: string,
  { config = [], env = {} }: SshdSettings,
): Promise<ClusterHost> {
  const network = makeTestNetwork()
  const bootId = join(boots, name)
  writeFileSync(bootId, `${randomUUID()}\n`)
  const prepare = 'hostname "$1"; mount --bind "$2" /proc/sys/kernel/random/boot_id; shift 2; exec "$@"'
  const prefix = [...network.prefix, 'unshare', '--uts', '--mount', 'sh', '-c', prepare, 'sh', name, bootId]
  try {
    const sshd = await startSshd({ client, address: network.address, port: 22, prefix, config, env })
    mkdirSync(join(sshd.home, 'miyabi-private'))
    return new ClusterHost(name, network, sshd, bootId)
  } catch (error) {
    network.remove()
    throw error
  }
}

function configOf({ name, sshd, network }: ClusterHost): string {
  return `Host ${name}\n  HostName ${network.address}\n  User ${sshd.user}\n  Port ${sshd.port}\n`
}

/** The shipped layouts/level6.yaml with demo agents and the machines of this cluster; everything else is as shipped. */
export function level6(orchestra: Orchestra): string {
  const root = join(dirname(orchestra.program), '..')
  const machine = (name: string, code: string) =>
    `  ${name}: { layer: L2, code: ${code}, kind: ssh, host: ${name}, repo: ~/miyabi-private }\n`
  const text = readFileSync(join(root, 'layouts/level6.yaml'), 'utf8')
    .replace('../config/machines.yaml', join(root, 'config/machines.yaml'))
    .replace('extends: claude', 'extends: demo')
    .replace('extends: codex', 'extends: demo')
    .replaceAll('restart: on-failure', 'restart: never')
  return orchestra.write(
    'level6.yaml',
    `${text}\nmachines:\n${machine('mugen', 'MU')}${machine('majin', 'MJ')}`,
  )
}
