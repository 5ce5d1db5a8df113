/** How Codex is started: everything by `-c`, so that no file of the person is touched. */
import { inRange } from '../../core/status/versions.js'
import type { Launch, LaunchContext } from '../definition.js'
import { hookFiles } from '../hook-script.js'
import { isTrusted } from '../is-trusted.js'
import { codexHooks } from './hooks.js'

export function launchCodex(context: LaunchContext): Launch {
  const { command, version, agentDir, startDir, cwd, autoTrust, resume } = context
  // Hooks of the layout's own command stand: ours would replace them.
  const hooked =
    version !== null && inRange(version, '>=0.142.0') && !command.some((word) => /^(?:-c)?hooks\b/.test(word))
  const config = [
    // Else the first one starts a daemon in a session of its own that outlives pane and tmux server.
    'features.daemon_auto_start=false',
    'check_for_update_on_startup=false',
    ...(isTrusted(cwd, autoTrust) ? [`projects={${JSON.stringify(cwd)}={trust_level="trusted"}}`] : []),
    ...(hooked ? codexHooks(startDir) : []),
  ]
  const chosen = command.some((word) => word === 'resume' || word === 'fork')
  return {
    argv: [
      ...command,
      ...config.flatMap((setting) => ['-c', setting]),
      // Its sandbox keeps commands from writing outside of the working directory, and so from reporting.
      '--add-dir',
      agentDir,
      ...(resume === null || chosen ? [] : ['resume', resume]),
    ],
    env: {},
    files: hooked ? hookFiles(startDir) : [],
    session: chosen ? null : resume,
  }
}
