/** How Claude Code is started: hooks and session by its own flags, so that no file of the person is touched. */
import { inRange } from '../../core/status/versions.js'
import type { FileEdit, HookState, Launch, LaunchContext } from '../definition.js'
import { hookFiles } from '../hook-script.js'
import { hookSettings, ownFile, quote, record, textOf, turnOver } from '../hooks-json.js'
import { isTrusted } from '../is-trusted.js'

/** An event that a version does not know makes it ignore the whole file: its hooks, and the leave to report. */
const EVENTS = {
  SessionStart: null,
  UserPromptSubmit: null,
  PermissionRequest: '>=2.0.45',
  PostToolUse: null,
  Stop: null,
  StopFailure: '>=2.1.78',
} as const

function eventsOf(version: string | null): readonly string[] {
  return Object.entries(EVENTS)
    .filter(([, since]) => since === null || (version !== null && inRange(version, since)))
    .map(([event]) => event)
}

export function launchClaude(context: LaunchContext): Launch {
  const { command, version, startDir, resume, sessionId } = context
  const settings = `${startDir}/claude-settings.json`
  const chosen = command.some((word) => /^(?:--resume|-r|--continue|-c|--session-id)(?:=|$)/.test(word))
  const session = chosen ? [] : resume === null ? ['--session-id', sessionId] : ['--resume', resume]
  const own = command.includes('--settings') ? [] : ['--settings', settings]
  return {
    argv: [...command, ...own, ...session],
    env: { DISABLE_AUTOUPDATER: '1' },
    files: [
      ...hookFiles(startDir),
      ownFile(settings, {
        hooks: hookSettings(startDir, eventsOf(version), 5),
        permissions: { allow: allowed(context) },
      }),
      ...(isTrusted(context.cwd, context.autoTrust) ? [trust(context)] : []),
    ],
    session: chosen ? null : (resume ?? sessionId),
  }
}

/** What every task's prompt tells it to do: report, and read what came before. Nothing else is allowed by us. */
function allowed({ agentDir, reportProgram }: LaunchContext): readonly string[] {
  return [`Bash(${quote(reportProgram)}:*)`, 'Bash(orchestra-report:*)', `Read(/${agentDir}/**)`]
}

/** The trust dialog asks once for each absolute path; this is the answer where the CLI keeps it. */
function trust({ home, cwd }: LaunchContext): FileEdit {
  return {
    path: `${home}/.claude.json`,
    merge(text) {
      const config = parse(text)
      if (config === undefined) return null
      const projects = record(config['projects']) ?? {}
      const project = record(projects[cwd]) ?? {}
      if (project['hasTrustDialogAccepted'] === true) return null
      const next = {
        ...config,
        projects: { ...projects, [cwd]: { ...project, hasTrustDialogAccepted: true } },
      }
      return `${JSON.stringify(next, null, 2)}\n`
    },
    // The CLI has made the entry its own by now.
    remove: () => null,
  }
}

function parse(text: string | null): Readonly<Record<string, unknown>> | undefined {
  if (text === null || text.trim() === '') return {}
  try {
    return record(JSON.parse(text))
  } catch {
    return undefined
  }
}

/** There is no event for Esc, neither at an answer nor at a question: the screen tells that. */
export function claudeHook(event: string, payload: unknown): HookState | null {
  const fields = record(payload) ?? {}
  const session = textOf(fields['session_id'])
  switch (event) {
    case 'SessionStart':
      // Nothing has been said yet: there is no conversation to go on with.
      return fields['source'] === 'compact' ? null : { state: 'idle', text: null, session: null }
    case 'UserPromptSubmit':
      return { state: 'working', text: null, session, prompt: textOf(fields['prompt']) }
    case 'PostToolUse':
      return { state: 'working', text: null, session }
    case 'PermissionRequest': {
      const input = record(fields['tool_input'])
      const what = textOf(input?.['command']) ?? textOf(input?.['file_path']) ?? ''
      return {
        state: 'waiting',
        text: `${textOf(fields['tool_name']) ?? 'a tool'} ${what}`.trim().slice(0, 200),
        session,
      }
    }
    case 'Stop':
      return turnOver(fields)
    case 'StopFailure':
      return { state: 'error', text: textOf(fields['error']) ?? textOf(fields['message']), session }
    default:
      return null
  }
}
