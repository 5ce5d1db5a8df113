/**
 * opencode tells plugins what it does. Ours comes by an environment variable whose settings are merged with the
 * person's own, and no file of theirs is touched. It passes on the few events that tell a state.
 */
import type { FileEdit, HookState } from '../definition.js'
import { hookPath } from '../hook-script.js'
import { lastMessage, record, textOf } from '../hooks-json.js'

/** `session` of a sub-agent says nothing of the whole; a question of one does. An aborted turn is no error. */
const plugin = (
  script: string,
): string => `// Tells the daemon what the agent does. Put here by orchestra at each start.
import { spawn } from 'node:child_process'

const children = new Set()
const answers = new Set()
let message = ''
let failure = null
let last = ''
let queue = Promise.resolve()

function tell(event, payload) {
  const text = JSON.stringify(payload)
  if (last === event + text) return
  last = event + text
  queue = queue.then(
    () =>
      new Promise((resolve) => {
        const child = spawn('sh', [${JSON.stringify(script)}, event], { stdio: ['pipe', 'ignore', 'ignore'] })
        child.once('error', resolve)
        child.once('close', resolve)
        child.stdin.on('error', () => {})
        child.stdin.end(text)
      }),
  )
}

function hear({ type, properties = {} }) {
  const session_id = properties.sessionID
  if (type === 'session.created' && properties.info?.parentID) children.add(properties.info.id)
  else if (type === 'permission.asked') {
    const { permission, patterns } = properties
    tell('PermissionAsked', { permission, patterns })
  } else if (type === 'question.asked')
    tell('QuestionAsked', { question: properties.questions?.[0]?.question })
  else if (/^(?:permission|question)\\.(?:replied|rejected)$/.test(type)) tell('Answered', { type })
  else if (children.has(session_id)) return
  else if (type === 'message.updated') {
    const { id, role } = properties.info ?? {}
    if (role !== 'assistant' || answers.has(id)) return
    answers.add(id)
    message = ''
  } else if (type === 'message.part.updated') {
    const { messageID, text, type: kind } = properties.part ?? {}
    if (kind === 'text' && answers.has(messageID)) message = String(text).slice(-16000)
  } else if (type === 'session.error') {
    const { name, data } = properties.error ?? {}
    if (name !== 'MessageAbortedError') failure = { session_id, message: data?.message ?? name ?? null }
    // Some come without a turn, and no change of status follows them.
    if (failure !== null) tell('SessionError', failure)
  } else if (type === 'session.status') {
    const { status } = properties
    if (status?.type === 'busy') {
      failure = null
      tell('SessionBusy', { session_id })
    } else if (status?.type === 'retry') tell('SessionRetry', { session_id, message: status.message })
    else if (status?.type === 'idle') tell(failure === null ? 'SessionIdle' : 'SessionError', failure ?? { session_id, message })
  }
}

export const orchestra = async () => ({
  event: async ({ event }) => {
    try {
      hear(event)
    } catch {
      // What it does is not spoilt by what we want to know.
    }
  },
})
`

export function opencodePlugin(startDir: string): FileEdit {
  return { path: pluginPath(startDir), merge: () => plugin(hookPath(startDir)), remove: () => null }
}

/** The value of OPENCODE_CONFIG_CONTENT. */
export function opencodeSettings(startDir: string): string {
  return JSON.stringify({ plugin: [`file://${encodeURI(pluginPath(startDir))}`] })
}

function pluginPath(startDir: string): string {
  return `${startDir}/opencode-plugin.js`
}

export function opencodeHook(event: string, payload: unknown): HookState | null {
  const fields = record(payload) ?? {}
  const session = textOf(fields['session_id'])
  switch (event) {
    case 'SessionBusy':
    case 'Answered':
      return { state: 'working', text: null, session }
    case 'SessionRetry':
      return { state: 'working', text: textOf(fields['message']), session }
    case 'SessionIdle':
      return { state: 'idle', text: null, session, ...lastMessage(fields['message']) }
    case 'SessionError':
      return { state: 'error', text: textOf(fields['message']), session }
    case 'PermissionAsked': {
      const patterns = Array.isArray(fields['patterns']) ? fields['patterns'] : []
      const what = `${textOf(fields['permission']) ?? 'a tool'} ${textOf(patterns[0]) ?? ''}`
      return { state: 'waiting', text: what.trim().slice(0, 200), session }
    }
    case 'QuestionAsked':
      return { state: 'waiting', text: textOf(fields['question']), session }
    default:
      return null
  }
}
