import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { hostname, userInfo } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { fix } from '../core/fixes.js'
import { execFailed } from '../core/exec-error.js'
import { loginWords } from './by-hand.js'
import type { ResolvedHost, SshSurroundings } from './resolved-host.js'
import { readSshConfig, splitWords, sshConfigFile } from './ssh-config-reader.js'
import { sshFailure } from './ssh-failure.js'
import { mustBeValid } from './ssh-target.js'
import type { SshTarget } from './ssh-target.js'

const DEFAULT_IDENTITIES = ['id_ed25519', 'id_ecdsa', 'id_rsa']
/** `Match exec` and a resolver that is away may take their time: OpenSSH waits for them, too. */
const SSH_DEADLINE_MS = 30_000
const EXPANDED: ReadonlySet<string> = new Set(['userknownhostsfile', 'identityagent'])

/**
 * One hop of the way as `~/.ssh/config` has it: asked from `ssh -G`, which knows every rule, where there is one; read by
 * ourselves otherwise. ORCHESTRA_SSH_CONFIG names another file. What the target itself says wins. Rejects with an OrchestraError, reason `bad_config`.
 */
export async function resolveHost(target: SshTarget, around: SshSurroundings): Promise<ResolvedHost> {
  mustBeValid(target)
  const config = sshConfigFile(around.env, around.home)
  const values = existsSync(config) ? await readConfig(config, target, around) : new Map<string, string[]>()
  const one = (key: string) => noneAsNull(values.get(key)?.[0])
  const hostName = (one('hostname') ?? target.host).replaceAll('%h', target.host)
  const port = target.port ?? Number(one('port') ?? 22)
  const user = target.user ?? one('user') ?? userInfo().username
  mustBeValid({ host: hostName, user, port })
  const tokens: Tokens = { home: around.home, host: hostName, name: target.host, user, port }
  const path = (text: string) => expandPath(text, tokens)
  const files = (key: string, fallback: readonly string[]) =>
    (values.get(key) ?? fallback).filter((file) => file !== 'none').map(path)
  const ownIdentities = isDefaultList(values.get('identityfile')) ? undefined : values.get('identityfile')
  const chosen = target.identityFile === null ? ownIdentities : [target.identityFile]
  return {
    name: target.host,
    hostName,
    login: loginWords(target, existsSync(config) ? config : null),
    user,
    port,
    identityFiles: (chosen ?? DEFAULT_IDENTITIES.map((name) => `~/.ssh/${name}`)).map(path),
    identitiesAreChosen: chosen !== undefined,
    identitiesOnly: one('identitiesonly') === 'yes',
    agentSocket: agentSocket(values.get('identityagent')?.[0], around, path),
    connectTimeoutMs: Number(one('connecttimeout')) * 1000 || null,
    proxyJump: one('proxyjump'),
    proxyCommand: noneAsNull(values.get('proxycommand')?.join(' ')),
    hostKeyAlias: one('hostkeyalias'),
    knownHostsFiles: [
      ...files('userknownhostsfile', ['~/.ssh/known_hosts', '~/.ssh/known_hosts2']),
      ...files('globalknownhostsfile', ['/etc/ssh/ssh_known_hosts', '/etc/ssh/ssh_known_hosts2']),
    ],
  }
}

async function readConfig(
  config: string,
  target: SshTarget,
  { home, env }: SshSurroundings,
): Promise<Map<string, string[]>> {
  const asked = ['-F', config, '-G']
  if (target.user !== null) asked.push('-l', target.user)
  if (target.port !== null) asked.push('-p', String(target.port))
  const answer = await runSsh([...asked, '--', target.host], { ...env, HOME: home })
  if (answer === undefined) return readSshConfig(config, target.host, home)
  if ('late' in answer) {
    throw sshFailure(
      `ssh -G ${target.host} did not answer in ${SSH_DEADLINE_MS / 1000} s: a Match exec, or a name that cannot be looked up, takes that long`,
      'timeout',
    )
  }
  if ('error' in answer) {
    throw execFailed(`ssh cannot read ${config}: ${answer.error}`, {
      delivered: 'not_sent',
      reason: 'bad_config',
      hint: `Correct it until \`${fix('ssh.show-config', config, target.host)}\` prints the settings.`,
    })
  }
  return parseAnswer(answer.output, home)
}

/** undefined: there is no ssh here. */
function runSsh(
  args: readonly string[],
  env: Record<string, string | undefined>,
): Promise<{ output: string } | { error: string } | { late: true } | undefined> {
  return new Promise((resolve) => {
    execFile('ssh', args, { env, timeout: SSH_DEADLINE_MS, maxBuffer: 1 << 20 }, (error, output, stderr) => {
      if (error === null) resolve({ output })
      else if (error.code === 'ENOENT') resolve(undefined)
      // Ended by us, or by a signal: nobody refused anything.
      else if (error.killed === true || error.signal != null) resolve({ late: true })
      else resolve({ error: stderr.trim() || error.message })
    }).stdin?.end()
  })
}

function parseAnswer(output: string, home: string): Map<string, string[]> {
  const values = new Map<string, string[]>()
  // ssh expands `~` here with the home of the passwd entry, whatever HOME says; everybody else means HOME.
  const passwdHome = `${userInfo().homedir}/`
  for (const line of output.split('\n')) {
    const [key, ...words] = splitWords(line)
    if (key === undefined) continue
    const own = words.map((word) =>
      EXPANDED.has(key) && word.startsWith(passwdHome) ? join(home, word.slice(passwdHome.length)) : word,
    )
    values.set(key, key === 'identityfile' ? [...(values.get(key) ?? []), ...own] : own)
  }
  return values
}

/** `ssh -G` lists its usual names when the configuration names none. */
function isDefaultList(files: readonly string[] | undefined): boolean {
  return files?.includes('~/.ssh/id_rsa') === true && files.includes('~/.ssh/id_ed25519')
}

function agentSocket(
  configured: string | undefined,
  { env }: SshSurroundings,
  path: (text: string) => string,
): string | null {
  if (configured === 'none') return null
  if (configured === undefined || configured === 'SSH_AUTH_SOCK') return env['SSH_AUTH_SOCK'] || null
  return configured.startsWith('$') ? env[configured.slice(1).replace(/[{}]/g, '')] || null : path(configured)
}

interface Tokens {
  readonly home: string
  readonly host: string
  readonly name: string
  readonly user: string
  readonly port: number
}

function expandPath(text: string, { home, host, name, user, port }: Tokens): string {
  const values: Record<string, string> = {
    '%': '%',
    d: home,
    h: host,
    n: name,
    r: user,
    p: String(port),
    u: userInfo().username,
    l: hostname(),
    L: hostname().split('.')[0] ?? '',
  }
  const full = text.replace(/%([%dhnrpulL])/g, (token, letter: string) => values[letter] ?? token)
  if (full === '~' || full.startsWith('~/')) return join(home, full.slice(1))
  return isAbsolute(full) ? full : join(home, '.ssh', full)
}

function noneAsNull(text: string | undefined): string | null {
  return text === undefined || text === '' || text === 'none' ? null : text
}
