/**
 * Codex' hooks, given for one process by `-c`: no file of the person is touched, and their own hooks go on beside ours.
 * It asks for a review of hooks that it does not know; ours, and only ours, are vouched for by their fingerprint.
 */
import { createHash } from 'node:crypto'
import type { HookState } from '../definition.js'
import { hookCommand, record, textOf, turnOver } from '../hooks-json.js'

const EVENTS = ['SessionStart', 'UserPromptSubmit', 'PermissionRequest', 'PostToolUse', 'Stop', 'Interrupt']
/** Seconds; more is cut to this for some events, and the fingerprint is taken after that. */
const TIMEOUT = 3

/** Settings of the form `hooks.…=…`, without the `-c`. */
export function codexHooks(startDir: string): readonly string[] {
  const hooks = EVENTS.map((event) => {
    const command = hookCommand(startDir, event)
    return { event, command, key: `/<session-flags>/config.toml:${snakeCase(event)}:0:0` }
  })
  return [
    ...hooks.map(
      ({ event, command }) =>
        `hooks.${event}=[{hooks=[{type="command",command=${JSON.stringify(command)},timeout=${TIMEOUT}}]}]`,
    ),
    `hooks.state={${hooks
      .map(
        ({ event, command, key }) =>
          `${JSON.stringify(key)}={trusted_hash="sha256:${fingerprint(event, command)}"}`,
      )
      .join(',')}}`,
  ]
}

/** What Codex takes over a hook: its normalised form with sorted keys. The same in 0.142 and 0.169. */
function fingerprint(event: string, command: string): string {
  const hook = { async: false, command, timeout: TIMEOUT, type: 'command' }
  return createHash('sha256')
    .update(JSON.stringify({ event_name: snakeCase(event), hooks: [hook] }))
    .digest('hex')
}

function snakeCase(event: string): string {
  return event.replace(/(?!^)[A-Z]/g, (letter) => `_${letter}`).toLowerCase()
}

/** There is no event where a turn fails on an error of the model: the screen tells that. */
export function codexHook(event: string, payload: unknown): HookState | null {
  const fields = record(payload) ?? {}
  const session = textOf(fields['session_id'])
  switch (event) {
    // It comes with the first prompt, not with the start.
    case 'SessionStart':
    case 'UserPromptSubmit':
    case 'PostToolUse':
      return { state: 'working', text: null, session }
    case 'PermissionRequest': {
      const command = textOf(record(fields['tool_input'])?.['command'])
      const what = `${textOf(fields['tool_name']) ?? 'a tool'} ${command ?? ''}`
      return { state: 'waiting', text: what.trim().slice(0, 200), session }
    }
    case 'Stop':
      return turnOver(fields)
    case 'Interrupt':
      return { state: 'idle', text: null, session }
    default:
      return null
  }
}
