/** How opencode is started. It has no trust dialog. */
import { inRange } from '../../core/status/versions.js'
import type { Launch, LaunchContext } from '../definition.js'
import { hookFiles } from '../hook-script.js'
import { opencodePlugin, opencodeSettings } from './hooks.js'

export function launchOpencode({ command, version, startDir, resume }: LaunchContext): Launch {
  const chosen = command.some((word) => /^(?:--session|-s|--continue|-c)(?:=|$)/.test(word))
  const hooked = version !== null && inRange(version, '>=1.18.0')
  return {
    argv: [...command, ...(resume === null || chosen ? [] : ['--session', resume])],
    env: {
      OPENCODE_DISABLE_AUTOUPDATE: '1',
      ...(hooked ? { OPENCODE_CONFIG_CONTENT: opencodeSettings(startDir) } : {}),
    },
    files: hooked ? [...hookFiles(startDir), opencodePlugin(startDir)] : [],
    session: chosen ? null : resume,
  }
}
