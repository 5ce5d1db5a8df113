/** A "host" in a network namespace of its own, behind a cable that can be pulled. Root on Linux only. */
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { userInfo } from 'node:os'

export interface TestNetwork {
  /** Address of the host behind the cable. */
  readonly address: string
  /** Our own end of the cable: what the host reaches us by. */
  readonly gateway: string
  /** Words before a command that runs there. */
  readonly prefix: readonly string[]
  /** The cable is pulled: packets vanish both ways, nobody is told. */
  cut(): void
  mend(): void
  /** One-way loss: the host hears us, its answers vanish. */
  blackhole(on: boolean): void
  remove(): void
}

/** Why there can be no namespace here, or null. */
export function whyNoNetns(): string | null {
  if (userInfo().uid !== 0) return 'network namespaces need root'
  if (!existsSync('/usr/sbin/ip') && !existsSync('/sbin/ip')) return 'there is no `ip` (iproute2)'
  const name = `orch-try-${randomBytes(4).toString('hex')}`
  try {
    ip('netns', 'add', name)
    ip('netns', 'del', name)
    return null
  } catch (error) {
    return `network namespaces are not allowed here: ${(error as Error).message.split('\n')[0]}`
  }
}

export function makeTestNetwork(): TestNetwork {
  const id = randomBytes(3).toString('hex')
  const [space, near, far] = [`orch-${id}`, `orcn${id}`, `orcf${id}`]
  const [a, b] = randomBytes(2)
  const subnet = `10.${100 + ((a ?? 0) % 100)}.${b ?? 0}`
  const inside = (...args: string[]) => ip('netns', 'exec', space, 'ip', ...args)
  const remove = () => {
    // The far end goes with its namespace, the near end with the far one.
    for (const args of [
      ['link', 'del', near],
      ['netns', 'del', space],
    ]) {
      try {
        ip(...args)
      } catch {
        // It was not made, or is gone.
      }
    }
  }
  try {
    ip('netns', 'add', space)
    ip('link', 'add', near, 'type', 'veth', 'peer', 'name', far, 'netns', space)
    ip('addr', 'add', `${subnet}.1/24`, 'dev', near)
    ip('link', 'set', near, 'up')
    inside('addr', 'add', `${subnet}.2/24`, 'dev', far)
    inside('link', 'set', far, 'up')
    inside('link', 'set', 'lo', 'up')
  } catch (error) {
    remove()
    throw error
  }
  return {
    address: `${subnet}.2`,
    gateway: `${subnet}.1`,
    prefix: ['ip', 'netns', 'exec', space],
    cut: () => inside('link', 'set', far, 'down'),
    mend: () => inside('link', 'set', far, 'up'),
    blackhole: (on) => inside('route', on ? 'add' : 'del', 'blackhole', `${subnet}.1/32`),
    remove,
  }
}

function ip(...args: string[]): void {
  execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'pipe'] })
}
