/**
 * How Gemini CLI is started: trust and session by flags; no file of the person is touched. Its hooks are left alone: it
 * takes them only from files of the person or of root, and its title tells its state.
 */
import { inRange } from '../../core/status/versions.js'
import type { Launch, LaunchContext } from '../definition.js'
import { isTrusted } from '../is-trusted.js'

export function launchGemini(context: LaunchContext): Launch {
  const { command, version, cwd, autoTrust, resume, sessionId } = context
  // The flags are recent; an older version refuses what it does not know.
  const recent = version !== null && inRange(version, '>=0.61.0')
  const trust = recent && isTrusted(cwd, autoTrust) ? ['--skip-trust'] : []
  const session = !recent ? [] : resume === null ? ['--session-id', sessionId] : ['--resume', resume]
  return {
    argv: [...command, ...trust, ...session],
    env: {},
    files: [],
    session: recent ? (resume ?? sessionId) : null,
  }
}
