import { spawnSync } from 'node:child_process'
import { fix } from '../../core/fixes.js'
import { OrchestraError } from '../../core/errors.js'
import type { Finding } from '../../core/protocol/doctor.js'
import { hasSqlite } from '../../home/has-sqlite.js'
import { safeText } from '../../core/text/safe-text.js'
import type { Verb, VerbContext } from '../verb.js'
import { may, text } from '../verb-arguments.js'

const MARK: Readonly<Record<Finding['level'], string>> = {
  ok: 'ok  ',
  note: 'note',
  warn: 'WARN',
  bad: 'BAD ',
}

/** Asks the daemon, which knows the machines; without one, looks at this machine alone. Exit 1 if something is bad. */
export const doctor: Verb = {
  name: 'doctor',
  permission: 'status:read',
  describe: 'what is wrong on the machines, each finding with its mend',
  startsNoDaemon: true,
  positionals: [may('machine', 'only this machine')],
  options: { layout: text('the layout, when no daemon runs') },
  example: 'orchestra doctor mugen',
  run: async (c) => {
    const findings = await ask(c)
    if (c.json) c.out(`${JSON.stringify(findings)}\n`)
    else {
      let machine = ''
      for (const f of findings) {
        if (f.machine !== machine) c.out(`${machine === '' ? '' : '\n'}${f.machine}\n`)
        machine = f.machine
        c.out(`  ${MARK[f.level]}  ${f.check}: ${safeText(f.text)}\n`)
        if (f.mend !== null && f.level !== 'ok')
          c.out(`        ${c.ascii ? '->' : '→'} ${safeText(f.mend)}\n`)
      }
    }
    return findings.some((f) => f.level === 'bad') ? 1 : 0
  },
}

async function ask(c: VerbContext): Promise<readonly Finding[]> {
  const machine = c.positionals[0]
  try {
    const client = await c.connect()
    return await client.get<Finding[]>(
      `/v1/doctor${machine === undefined ? '' : `?machine=${encodeURIComponent(machine)}`}`,
    )
  } catch (error) {
    if (
      !(error instanceof OrchestraError) ||
      error.kind !== 'unreachable' ||
      c.host !== undefined ||
      machine !== undefined
    )
      throw error
    return here(c)
  }
}

function here(c: VerbContext): Finding[] {
  const finding = (
    check: string,
    level: Finding['level'],
    text: string,
    mend: string | null = null,
  ): Finding => ({ machine: 'this machine', check, level, text, mend })
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  const node = major > 20 || (major === 20 && minor >= 19)
  const tmux = spawnSync('tmux', ['-V'], { encoding: 'utf8' })
  const version = /(\d+)\.(\d+)/.exec(tmux.stdout ?? '')
  const fresh =
    version !== null && (Number(version[1]) > 3 || (Number(version[1]) === 3 && Number(version[2]) >= 2))
  return [
    finding(
      'daemon',
      'note',
      'no daemon runs: only this machine was looked at',
      `\`${fix('daemon.start')}\` starts one`,
    ),
    finding(
      'node',
      node ? (major === 20 ? 'note' : 'ok') : 'bad',
      `Node ${process.versions.node}${major === 20 ? ' works, but is past its end of life' : ''}`,
      node ? 'Node 22 or 24' : 'install Node 20.19 or newer',
    ),
    finding(
      'tmux',
      fresh ? 'ok' : 'bad',
      version === null ? 'there is no tmux' : tmux.stdout.trim(),
      fresh ? null : 'install tmux 3.2 or newer',
    ),
    finding(
      'ssh',
      spawnSync('ssh', ['-V']).error === undefined ? 'ok' : 'note',
      spawnSync('ssh', ['-V']).error === undefined
        ? 'ssh is there'
        : 'no ssh binary: ~/.ssh/config is read by a simpler reader',
      null,
    ),
    hasSqlite()
      ? finding('SQLite', 'ok', 'there is a library for the store')
      : finding(
          'SQLite',
          'bad',
          'this installation is a client only: it reaches daemons of other machines, and can start none here',
          'use Node 22.13 or newer, or install without --omit=optional',
        ),
    finding('HOME', (c.env['HOME'] ?? '') === '' ? 'bad' : 'ok', c.env['HOME'] ?? 'not set', null),
  ]
}
