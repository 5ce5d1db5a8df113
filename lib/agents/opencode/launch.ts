/** How opencode is started. It has no trust dialog and no hooks. */
import type { Launch, LaunchContext } from '../definition.js'

export function launchOpencode({ command, resume }: LaunchContext): Launch {
  return {
    argv: [...command, ...(resume === null ? [] : ['--session', resume])],
    env: { OPENCODE_DISABLE_AUTOUPDATE: '1' },
    files: [],
    session: resume,
  }
}
