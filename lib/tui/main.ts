/** `orchestra monitor`: puts together the API, the terminal and the views. */
import { spawn } from 'node:child_process'
import type { ApiClient } from '../api/client.js'
import { fix } from '../core/fixes.js'
import { OrchestraError } from '../core/errors.js'
import { VIEW_NAMES, type ViewName } from '../core/layout/view-names.js'
import { apiSource } from './api-source.js'
import { runMonitor } from './monitor.js'
import { openBlessedTerminal } from './screen/blessed-terminal.js'
import { colorModeOf } from './screen/palette.js'

/** What the verb knows when it starts: a part of the CLI's context. */
export interface MonitorContext {
  readonly option: (name: string) => string | undefined
  readonly ascii: boolean
  readonly color: boolean
  readonly session: string | undefined
  readonly host: string | undefined
  readonly api: string | undefined
  readonly env: Readonly<Record<string, string | undefined>>
  readonly connect: () => Promise<ApiClient>
}

/** Resolves to the exit code when the person quits. */
export async function monitorVerb(context: MonitorContext): Promise<number> {
  const { stdin, stdout } = process
  if (!stdin.isTTY || !stdout.isTTY) {
    throw new OrchestraError('the monitor needs a terminal', {
      kind: 'usage',
      hint: `In a pipe or a script: ${fix('status.for-programs')}, ${fix('events.follow')}.`,
    })
  }
  const wanted = context.option('view')
  const view: ViewName = VIEW_NAMES.find((name) => name === wanted) ?? 'monitor'
  await runMonitor({
    source: apiSource(context.connect),
    open: (listener) => openBlessedTerminal(stdin, stdout, listener),
    view,
    ascii: context.ascii,
    color: colorModeOf(context.env, context.color),
    attach: (agent) => attachTo(agent, context),
  })
  return 0
}

/** The program itself knows how to get there: inside that tmux by switching, elsewhere by attaching. */
function attachTo(agent: string, { session, host, api }: MonitorContext): Promise<string | null> {
  if (api !== undefined) return Promise.resolve('the windows are on the machine of the daemon: attach there')
  const program = process.argv[1]
  if (program === undefined) return Promise.resolve(`attach by hand: ${fix('agent.attach', agent)}`)
  const args = [
    ...process.execArgv,
    program,
    'attach',
    agent,
    ...(session === undefined ? [] : ['--session', session]),
    ...(host === undefined ? [] : ['--host', host]),
  ]
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { stdio: ['inherit', 'inherit', 'pipe'] })
    let said = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-500)))
    child.once('error', (error) => resolve(error.message))
    child.once('close', (code) => resolve(code === 0 ? null : said.trim() || `attach ended with ${code}`))
  })
}
