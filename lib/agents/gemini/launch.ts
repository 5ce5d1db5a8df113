/** How Gemini CLI is started: hooks by a defaults file of ours, trust by a flag; no file of the person is touched. */
import { inRange } from '../../core/status/versions.js'
import type { HookState, Launch, LaunchContext } from '../definition.js'
import { hookSettings, ownFile, record, textOf } from '../hooks-json.js'
import { isTrusted } from '../is-trusted.js'

const EVENTS = ['SessionStart', 'BeforeAgent', 'AfterTool', 'AfterAgent', 'Notification']

export function launchGemini(context: LaunchContext): Launch {
  const { command, version, cwd, agentDir, autoTrust, reportProgram, resume, sessionId } = context
  const defaults = `${agentDir}/gemini-defaults.json`
  // The flags are recent; an older version refuses what it does not know.
  const recent = version !== null && inRange(version, '>=0.61.0')
  const trust = recent && isTrusted(cwd, autoTrust) ? ['--skip-trust'] : []
  const session = !recent ? [] : resume === null ? ['--session-id', sessionId] : ['--resume', resume]
  return {
    argv: [...command, ...trust, ...session],
    env: { GEMINI_CLI_SYSTEM_DEFAULTS_PATH: defaults },
    files: [
      ownFile(defaults, {
        general: { enableAutoUpdate: false, enableAutoUpdateNotification: false },
        // In milliseconds here.
        hooks: hookSettings(reportProgram, EVENTS, 5000),
      }),
    ],
    session: recent ? (resume ?? sessionId) : null,
  }
}

export function geminiHook(event: string, payload: unknown): HookState | null {
  const fields = record(payload) ?? {}
  const session = textOf(fields['session_id'])
  switch (event) {
    case 'SessionStart':
      return { state: 'idle', text: null, session }
    case 'BeforeAgent':
    case 'AfterTool':
      return { state: 'working', text: null, session }
    case 'Notification':
      return fields['notification_type'] === 'ToolPermission'
        ? { state: 'waiting', text: textOf(fields['message'])?.slice(0, 200) ?? null, session }
        : null
    case 'AfterAgent':
      // Also after an error and after Esc: which of them, the screen tells.
      return { state: 'idle', text: null, session }
    default:
      return null
  }
}
