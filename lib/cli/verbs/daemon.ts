import { spawn } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { homedir, platform } from 'node:os'
import { dirname, join } from 'node:path'
import { daemonClient } from '../daemon/daemon-client.js'
import { OrchestraError } from '../../core/errors.js'
import { homePaths } from '../../home/paths.js'
import { daemonArgs, daemonEnv, ensureDaemon } from '../daemon/ensure-daemon.js'
import { runningDaemon } from '../daemon/locate.js'
import type { Verb, VerbContext } from '../verb.js'
import { layoutPath } from '../layout-path.js'
import { launchdJob, systemdUnit, type ServiceFacts } from '../service-files.js'
import { loadNamed } from '../load-named.js'
import { flag, may, text } from '../verb-arguments.js'

export const daemon: Verb = {
  name: 'daemon',
  permission: null,
  describe: 'run the daemon here, or `daemon install`: bring it back after a crash or a reboot',
  notOverApi: 'starts a daemon on this machine',
  positionals: [may('action', 'install'), may('layout', 'the layout of the installed daemon')],
  options: {
    foreground: flag('stay in the foreground'),
    layout: text('the layout to serve'),
    print: flag('install: print the unit, write nothing'),
  },
  example: 'orchestra daemon install local',
  run: async (c) => {
    const [action, named] = c.positionals
    if (action !== undefined && action !== 'install') {
      throw new OrchestraError(`daemon ${action}: there is only \`daemon install\``, { kind: 'usage' })
    }
    const layout = layoutPath(c, named ?? c.option('layout'))
    if (action === 'install') return install(layout, c)
    if (c.flag('foreground')) return foreground(layout, c)
    const found = await ensureDaemon(layout, c)
    c.out(`the daemon of ${found.session} ${found.started ? 'was started' : 'runs already'}\n`)
    return 0
  },
}

function foreground(layout: string, c: VerbContext): Promise<number> {
  const child = spawn(process.execPath, [...daemonArgs(), '--layout', layout, '--foreground'], {
    stdio: 'inherit',
    env: daemonEnv(c),
  })
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => resolve(code ?? 1))
  })
}

async function install(layout: string, c: VerbContext): Promise<number> {
  const { layout: loaded } = await loadNamed(c, layout)
  const facts: ServiceFacts = {
    session: loaded.session,
    argv: [process.execPath, ...daemonArgs(), '--layout', layout, '--foreground'],
    env: Object.fromEntries(
      ['ORCHESTRA_HOME', 'PATH', 'TMUX_TMPDIR'].flatMap((k) =>
        c.env[k] === undefined ? [] : [[k, c.env[k]]],
      ),
    ),
  }
  const mac = platform() === 'darwin'
  const text = mac ? launchdJob(facts) : systemdUnit(facts)
  if (c.flag('print')) {
    c.out(text)
    return 0
  }
  const file = mac
    ? join(homedir(), 'Library', 'LaunchAgents', `orchestra.${loaded.session}.plist`)
    : join(
        c.env['XDG_CONFIG_HOME'] ?? join(homedir(), '.config'),
        'systemd',
        'user',
        `orchestra-${loaded.session}.service`,
      )
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, text)
  c.out(`wrote ${file}\n`)
  c.out(
    mac
      ? `  start it:  launchctl load -w ${file}\n`
      : `  start it:  systemctl --user daemon-reload && systemctl --user enable --now orchestra-${loaded.session}\n`,
  )
  if (!mac) c.out('  at boot, without a login:  loginctl enable-linger\n')
  const running = runningDaemon(homePaths(c.env), loaded.session)
  if (running !== null) {
    await daemonClient(running).get('/v1/ping')
    c.out(
      `  a daemon of ${loaded.session} runs now (pid ${running.pid}); the service takes over when that one ends\n`,
    )
  }
  return 0
}
