/**
 * How long a host may take before it counts as broken: a name look-up, `ssh -G` and a Match exec that need 0, 2, 6 and
 * 20 s, by both transports. Root on Linux: `npx tsx scripts/slow-hosts.ts`. Runs in namespaces of its own.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Link } from '../lib/exec/transport.js'
import { NameProcess } from '../lib/ssh/name-process.js'
import { OpensshLink } from '../lib/ssh/openssh-link.js'
import { SshLink } from '../lib/ssh/ssh-link.js'
import { slowNames, withOwnNames } from '../spec/support/slow-names.js'
import { makeTestClient, startSshd, type TestClient, type TestSshd } from '../spec/support/sshd.js'

const DELAYS_S = [0, 2, 6, 20]
/** As in the daemon. */
const resolver = new NameProcess()
const LIMIT_MS = 60_000
const KINDS = ['name look-up', 'ssh -G', 'Match exec'] as const
const TRANSPORTS = ['ssh2', 'openssh'] as const

if (process.env['SLOW_HOSTS_INSIDE'] === undefined) {
  const own = [process.execPath, ...process.execArgv, ...process.argv.slice(1)]
  process.exit(withOwnNames(own, { ...process.env, SLOW_HOSTS_INSIDE: '1' }).status)
}
await measureAll()

async function measureAll(): Promise<void> {
  const names = slowNames()
  const client = makeTestClient()
  const far = await startSshd({ client, config: ['MaxStartups 200'] })
  try {
    const rows = await Promise.all(
      KINDS.flatMap((kind) =>
        DELAYS_S.flatMap((delay) =>
          TRANSPORTS.map((transport) => measure(kind, delay, transport, client, far)),
        ),
      ),
    )
    for (const row of rows) console.log(row.text)
    process.exitCode = rows.every(({ isUp }) => isUp) ? 0 : 1
  } finally {
    await far.stop()
    client.remove()
    names.close()
  }
}

async function measure(
  kind: (typeof KINDS)[number],
  delay: number,
  transport: (typeof TRANSPORTS)[number],
  client: TestClient,
  far: TestSshd,
): Promise<{ readonly text: string; readonly isUp: boolean }> {
  const home = join(client.home, `${kind}-${delay}-${transport}`.replaceAll(' ', '-'))
  const bin = join(home, 'bin')
  mkdirSync(join(home, '.ssh'), { recursive: true, mode: 0o700 })
  mkdirSync(bin)
  const name = kind === 'name look-up' ? `slow-${delay}.example` : far.address
  const more = `  Port ${far.port}\n  User ${far.user}\n  HostKeyAlias [${far.address}]:${far.port}\n  IdentityFile ${client.key}\n  UserKnownHostsFile ${client.knownHosts}\n  ConnectTimeout 60\n`
  const match = kind === 'Match exec' ? `Match host far exec "sleep ${delay}"\n${more}` : ''
  writeFileSync(
    join(home, '.ssh', 'config'),
    `${match}Host far\n  HostName ${name}\n${kind === 'Match exec' ? '' : more}`,
  )
  const slowly = kind === 'ssh -G' ? `case " $* " in *" -G "*) sleep ${delay};; esac\n` : ''
  writeFileSync(join(bin, 'ssh'), `#!/bin/sh\n${slowly}exec /usr/bin/ssh "$@"\n`, { mode: 0o755 })
  const env = { HOME: home, PATH: `${bin}:${process.env['PATH'] ?? ''}` }
  const target = { host: 'far', user: null, port: null, identityFile: null, jump: null }
  const link: Link =
    transport === 'ssh2'
      ? new SshLink(target, { home, env: () => env, lookUp: resolver.lookUp })
      : new OpensshLink(target, { home, env: () => env })
  const since = performance.now()
  const told: string[] = []
  const isUp = await new Promise<boolean>((done) => {
    const timer = setTimeout(() => done(false), LIMIT_MS)
    link.onChange((state) => {
      if (state.status === 'down' || state.status === 'failed') told.push(`${state.status}: ${state.reason}`)
      if (state.status !== 'up' && state.status !== 'failed') return
      clearTimeout(timer)
      done(state.status === 'up')
    })
    link.start()
  })
  const took = ((performance.now() - since) / 1000).toFixed(1)
  await link.stop()
  const words = told.length === 0 ? '' : `, said before: ${told.join('; ')}`
  const text = `${kind.padEnd(12)}  ${String(delay).padStart(2)} s  ${transport.padEnd(7)}  ${isUp ? 'up' : 'NOT UP'} after ${took} s${words}`
  return { text, isUp }
}
