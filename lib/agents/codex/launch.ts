/** How Codex is started: everything by `-c`, so that no file of the person is touched. Its title tells its state. */
import type { Launch, LaunchContext } from '../definition.js'
import { isTrusted } from '../is-trusted.js'

export function launchCodex(context: LaunchContext): Launch {
  const { command, cwd, agentDir, autoTrust, resume } = context
  const config = [
    // Else the first one starts a daemon in a session of its own that outlives pane and tmux server.
    'features.daemon_auto_start=false',
    'check_for_update_on_startup=false',
    ...(isTrusted(cwd, autoTrust) ? [`projects={${JSON.stringify(cwd)}={trust_level="trusted"}}`] : []),
  ]
  return {
    argv: [
      ...command,
      ...config.flatMap((setting) => ['-c', setting]),
      // Its sandbox keeps commands from writing outside of the working directory, and so from reporting.
      '--add-dir',
      agentDir,
      ...(resume === null ? [] : ['resume', resume]),
    ],
    env: {},
    files: [],
    session: resume,
  }
}
