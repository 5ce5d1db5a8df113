/** What is wrong on the machines, each finding with its mend. */
import { fix } from '../../../core/fixes.js'
import { OrchestraError } from '../../../core/errors.js'
import { sshDestination } from '../../../core/layout/ssh-destination.js'
import type { Machine } from '../../../core/layout/model.js'
import type { Finding } from '../../../core/protocol/doctor.js'
import { safeText } from '../../../core/text/safe-text.js'
import { isTmuxSupported, parseTmuxVersion, quirksOf, TMUX_FLOOR } from '../../../tmux/server-info.js'
import type { Daemon } from '../../daemon.js'
import type { Host } from '../../machines/host.js'
import { cliFindings } from './cli-findings.js'
import type { Find } from './find.js'
import { treeFindings } from './tree-findings.js'

export async function findings(daemon: Daemon, only: string | null): Promise<readonly Finding[]> {
  const { layout } = daemon.loop.state
  const machines = (layout?.machines ?? []).filter((m) => only === null || m.id === only)
  if (only !== null && machines.length === 0) {
    throw new OrchestraError(`there is no machine ${only}`, {
      kind: 'usage',
      hint: `Machines: ${(layout?.machines ?? []).map((m) => m.id).join(', ')}.`,
    })
  }
  const all = await Promise.all(machines.map((m) => machineFindings(daemon, m)))
  const found = only === null ? all.map(withoutQuirks) : all
  return [
    ...(only === null
      ? [
          ...storeFindings(daemon),
          ...doorFindings(daemon),
          await daemon.parts.snapshotCheck.finding(),
          daemon.parts.housekeeper.finding(),
        ]
      : []),
    ...found.flat(),
    ...mcpFindings(daemon, only),
    ...(await treeFindings(daemon, only)),
  ]
}

function storeFindings(daemon: Daemon): Finding[] {
  const broken = daemon.store.integrityCheck()
  const problem = daemon.loop.storeProblem
  const finding = (level: Finding['level'], text: string, mend: string | null): Finding => ({
    machine: 'daemon',
    check: 'store',
    level,
    text,
    mend,
  })
  if (broken.length > 0)
    return [
      finding(
        'bad',
        `the store is damaged: ${broken[0]}`,
        `stop the daemon and restore a copy from ${daemon.store.dir}/backups`,
      ),
    ]
  if (problem !== null) return [finding('bad', problem, 'make space; it goes on by itself')]
  const unread = daemon.store.facts.problems()
  if (unread.length > 0)
    return unread.map((what) =>
      finding(
        'warn',
        `the store holds something that cannot be read, and is ignored: ${safeText(what)}`,
        'nothing to do: it is written again when it is next needed',
      ),
    )
  return [finding('ok', `${daemon.store.driver}, ${daemon.store.lastSeq} events, whole`, null)]
}

/** Of a layout that wants one. */
function doorFindings({ loop, parts }: Daemon): Finding[] {
  const tcp = loop.state.layout?.api.tcp ?? null
  if (tcp === null) return []
  const { problem } = parts.doors
  const place = `${tcp.host}:${tcp.port}`
  return [
    {
      machine: 'daemon',
      check: 'api.tcp',
      level: problem === null ? 'ok' : 'bad',
      text: problem?.text ?? `reached by TCP at ${place}${tcp.tls === null ? '' : ', with TLS'}`,
      mend: problem?.mend ?? null,
    },
  ]
}

async function machineFindings(daemon: Daemon, machine: Machine): Promise<Finding[]> {
  const finding = (
    check: string,
    level: Finding['level'],
    text: string,
    mend: string | null = null,
  ): Finding => ({ machine: machine.id, check, level, text, mend })
  const host = daemon.parts.hosts.get(machine.id)
  if (host === undefined)
    return [
      finding(
        'kind',
        'note',
        machine.kind === 'client' ? 'only looks on; not connected to' : 'not connected yet',
      ),
    ]
  const { state } = host.link
  if (state.status !== 'up') {
    const reason = 'reason' in state ? state.reason : (host.reason ?? 'it is being connected to')
    const hint = 'hint' in state ? state.hint : null
    const isTried = state.status === 'connecting' || state.status === 'down'
    return [
      finding(
        'reachability',
        'bad',
        reason,
        hint ??
          `${fix('host.by-hand', sshDestination(machine))} by hand says more${isTried ? '; it is tried again by itself' : ''}`,
      ),
    ]
  }
  const findings = [
    finding(
      'reachability',
      'ok',
      host.link.kind === 'local' ? 'this machine' : `round trip ${host.link.rttMs?.toFixed(1) ?? '?'} ms`,
    ),
  ]
  if (!host.isReady)
    findings.push(
      finding(
        'tmux',
        'bad',
        host.reason ?? 'its session is not up',
        host.link.kind === 'local'
          ? 'do what the reason says; it is tried again by itself'
          : 'do what the reason says; it is tried again by itself. sshd there must allow sessions (MaxSessions 4 or more, no ForceCommand) and the login shell must run `sh`',
      ),
    )
  findings.push(
    ...tmuxFindings(host, finding),
    ...clockFindings(host, finding),
    ...surveyFindings(daemon, machine, finding),
  )
  if (host.isReady)
    findings.push(...(await cliFindings(daemon, host, finding)), ...(await scopeFindings(host, finding)))
  return findings
}

/** Of one machine they are listed; over all machines the same nine lines each would hide what matters. */
function withoutQuirks(findings: readonly Finding[]): Finding[] {
  const isQuirk = (f: Finding) => f.check.startsWith(QUIRK)
  const quirks = findings.filter(isQuirk)
  return findings.flatMap((f) => {
    if (!isQuirk(f)) return [f]
    if (f !== quirks[0]) return []
    const text = `${quirks.length} known traps of this version, all worked around`
    return [{ ...f, check: 'tmux quirks', text, mend: `\`${fix('doctor.machine', f.machine)}\` lists them` }]
  })
}

const QUIRK = 'tmux quirk '

function tmuxFindings(host: Host, finding: Find): Finding[] {
  const text = host.tmuxVersion ?? host.facts?.tmuxVersion ?? null
  if (text === null) return []
  const version = parseTmuxVersion(text.startsWith('tmux') ? text : `tmux ${text}`)
  if (version === undefined) return [finding('tmux', 'note', `${text}: not a version that is known`)]
  if (!isTmuxSupported(version))
    return [finding('tmux', 'bad', `${text} is too old`, `install tmux ${TMUX_FLOOR} or newer`)]
  // Notes, not warnings: orchestra works around each of them; the words are for people who type tmux commands there.
  const quirks = quirksOf(version).map((q) => finding(`${QUIRK}${q.id}`, 'note', q.what, q.mend))
  return [
    finding(
      'tmux',
      'ok',
      `${version.text}${host.facts?.tmuxPath === undefined ? '' : ` at ${host.facts.tmuxPath}`}`,
    ),
    ...quirks,
  ]
}

const SKEW_LIMIT_S = 60

function clockFindings(host: Host, finding: Find): Finding[] {
  const skew = host.facts?.clockSkewSeconds ?? null
  if (skew === null) return []
  if (Math.abs(skew) <= SKEW_LIMIT_S) return [finding('clock', 'ok', `${skew} s apart`)]
  return [
    finding(
      'clock',
      'warn',
      `its clock is ${skew} s off`,
      'set up NTP there; orchestra itself does not rely on it, logs and git do',
    ),
  ]
}

function surveyFindings(daemon: Daemon, machine: Machine, finding: Find): Finding[] {
  const { survey, problems } = daemon.parts.surveyor.machine(machine.id)
  if (survey === null) return [finding('survey', 'note', 'not surveyed yet')]
  const disk =
    survey.disk === null
      ? []
      : [
          finding(
            'disk',
            survey.disk > 0.95 ? 'bad' : 'ok',
            `${Math.round(survey.disk * 100)} % used`,
            survey.disk > 0.95 ? 'make space there' : null,
          ),
        ]
  return [...disk, ...problems.map(({ text, mend }) => finding('survey', 'warn', text, mend))]
}

/** A tmux server in a login's scope dies with the login where logind kills user processes. */
async function scopeFindings(host: Host, finding: Find): Promise<Finding[]> {
  const out = await host.shell.run(
    'command -v loginctl >/dev/null && loginctl show-user "$(id -un)" -p Linger -p KillUserProcesses 2>/dev/null; loginctl show-session 2>/dev/null | grep KillUserProcesses',
    { lane: 'bulk' },
  )
  const text = out.stdout.toString('utf8')
  if (!/KillUserProcesses=yes/.test(text) || /Linger=yes/.test(text)) return []
  return [finding('logind', 'warn', 'logind ends processes at logout there', fix('host.linger'))]
}

function mcpFindings(daemon: Daemon, only: string | null): Finding[] {
  return (daemon.loop.state.layout?.mcpServers ?? []).flatMap((spec): Finding[] => {
    if (only !== null && spec.machine !== only) return []
    const { state, tools, reason } = daemon.parts.surveyor.mcp(spec.id)
    const level = state === 'online' ? 'ok' : state === 'offline' ? 'bad' : 'note'
    const text = state === 'online' ? `${spec.id}: ${tools} tools` : `${spec.id}: ${reason ?? state}`
    return [
      {
        machine: spec.machine,
        check: 'mcp',
        level,
        text,
        mend: level === 'bad' ? 'run its command by hand there' : null,
      },
    ]
  })
}
