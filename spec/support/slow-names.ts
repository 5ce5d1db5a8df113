/** A network and a resolver of a process's own, in which names take their time. Root on Linux. */
import { spawnSync, type StdioOptions } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Runs argv where nothing but the server of `slowNames` is asked for names, with a loopback of its own. */
export function withOwnNames(
  argv: readonly string[],
  env: NodeJS.ProcessEnv,
  stdio: StdioOptions = 'inherit',
): { readonly status: number; readonly stdout: string } {
  const dir = mkdtempSync(join(tmpdir(), 'orc-slow-'))
  writeFileSync(join(dir, 'resolv'), 'nameserver 127.0.0.1\noptions timeout:30 attempts:1\n')
  writeFileSync(join(dir, 'hosts'), '127.0.0.1 localhost\n')
  writeFileSync(join(dir, 'nss'), 'hosts: files dns\n')
  const script = `mount --make-rprivate / && ip link set lo up && cd '${dir}' &&
    mount --bind resolv /etc/resolv.conf && mount --bind hosts /etc/hosts &&
    { [ ! -e /etc/nsswitch.conf ] || mount --bind nss /etc/nsswitch.conf; } && cd "$1" && shift && exec "$@"`
  const words = ['--net', '--mount', 'sh', '-c', script, 'sh', process.cwd(), ...argv]
  const { status, stdout } = spawnSync('unshare', words, { stdio, env, encoding: 'utf8' })
  rmSync(dir, { recursive: true, force: true })
  return { status: status ?? 1, stdout: stdout ?? '' }
}

/** Answers `slow-N.example` after N seconds with 127.0.0.1. */
export function slowNames(): { close: () => void } {
  const server = createSocket('udp4')
  server.on('message', (question, from) => {
    const asked = question.subarray(12)
    let end = 0
    while ((asked[end] ?? 0) > 0) end += (asked[end] ?? 0) + 1
    const isV4 = asked.readUInt16BE(end + 1) === 1
    const head = Buffer.from(question.subarray(0, 12))
    for (const [i, value] of [0x8180, 1, isV4 ? 1 : 0, 0, 0].entries()) head.writeUInt16BE(value, 2 + 2 * i)
    const record = isV4
      ? Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 127, 0, 0, 1])
      : Buffer.alloc(0)
    const answer = Buffer.concat([head, asked.subarray(0, end + 5), record])
    const delay = Number(/slow-(\d+)/.exec(asked.subarray(1, end).toString('latin1'))?.[1] ?? 0)
    setTimeout(() => server.send(answer, from.port, from.address), delay * 1000)
  })
  server.bind(53, '127.0.0.1')
  return server
}
