/** One connection of the ssh program, which sessions share through its control socket. Ends when our process does. */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { RawEnvironment } from '../core/environment/environment.js'
import { safeText } from '../core/text/safe-text.js'
import { holdChild } from '../exec/local-child.js'
import type { HeldProcess } from '../exec/transport.js'
import { masterArgs } from './openssh-args.js'
import { echoTime } from './echo-time.js'
import type { Connection } from './reconnector.js'
import { explainSsh } from './explain-ssh.js'
import { sshFailure } from './ssh-failure.js'
import type { SshTarget } from './ssh-target.js'

/** A token may want to be touched; a ProxyCommand may start a tunnel. */
const OPEN_DEADLINE_MS = 60_000
/** A socket's path has at most 103 bytes, and ssh adds 17 while it makes it. */
const SOCKET_ROOT = '/tmp'

export interface OpensshMaster extends Connection {
  readonly socket: string
  readonly dir: string
  readonly isLost: () => boolean
  /** null: not measured yet. */
  readonly rttMs: () => number | null
}

export async function openMaster(
  target: SshTarget,
  config: string | null,
  env: RawEnvironment,
  signal: AbortSignal,
): Promise<OpensshMaster> {
  // 0700, and a name that nobody can foresee: whoever opens the socket is logged in.
  const dir = mkdtempSync(join(SOCKET_ROOT, 'orc-ssh.'))
  const socket = join(dir, 'm')
  const forget = () => rmSync(dir, { recursive: true, force: true })
  let held: HeldProcess
  try {
    held = await start(['ssh', ...masterArgs(target, { config, socket })], dir, env)
  } catch (error) {
    forget()
    throw error
  }
  let reason: string | null = null
  const listeners = new Set<(reason: string) => void>()
  void held.closed.then(() => {
    reason = `${target.host} closed the connection${lastLine(held)}`
    for (const listener of listeners) listener(reason)
    listeners.clear()
    forget()
  })
  const abort = () => held.kill()
  signal.addEventListener('abort', abort, { once: true })
  try {
    if (signal.aborted) abort()
    await isIn(target, config, held)
  } catch (error) {
    held.kill()
    throw error
  } finally {
    signal.removeEventListener('abort', abort)
  }
  return {
    socket,
    dir,
    isLost: () => reason !== null,
    rttMs: echoTime(held),
    destroy: () => held.kill(),
    onLost(listener) {
      if (reason !== null) listener(reason)
      else listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

/** Outlives a daemon that is killed: ssh ends with its stdin, and nobody else would remove its directory. */
const WITH_DIRECTORY = '"$@"; code=$?; rm -rf -- "$0"; exit $code'

function start(argv: readonly string[], dir: string, env: RawEnvironment): Promise<HeldProcess> {
  const args = ['-c', WITH_DIRECTORY, dir, ...argv]
  const child = spawn('sh', args, { cwd: '/', env: { ...env }, stdio: 'pipe', detached: true })
  return new Promise((resolve, reject) => {
    child.once('spawn', () => resolve(holdChild(child)))
    child.once('error', (cause) =>
      reject(sshFailure(`cannot start ssh: ${cause.message}`, 'protocol', { cause })),
    )
  })
}

/** The program says a word of ours once it is logged in; noise of rc files may come before. */
function isIn(target: SshTarget, config: string | null, held: HeldProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = ''
    const timer = setTimeout(
      () =>
        reject(sshFailure(`${target.host} did not let us in within ${OPEN_DEADLINE_MS / 1000} s`, 'timeout')),
      OPEN_DEADLINE_MS,
    )
    const listen = (chunk: Buffer) => {
      said = (said + chunk.toString('latin1')).slice(-64 * 1024)
      if (!said.includes('orchestra-is-in\n')) return
      clearTimeout(timer)
      held.stdout.off('data', listen)
      resolve()
    }
    held.stdout.on('data', listen)
    void held.closed.then(() => {
      clearTimeout(timer)
      reject(explainSsh(target, config, held.stderrTail()))
    })
  })
}

function lastLine(held: HeldProcess): string {
  const last = safeText(held.stderrTail().trim().split('\n').at(-1) ?? '').slice(0, 200)
  return last === '' ? '' : `: ${last}`
}
