import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fix } from '../../core/fixes.js'
import type { ApiClient } from '../../api/client.js'
import type { StatusDocument } from '../../core/protocol/status.js'
import { homePaths } from '../../home/paths.js'
import { agreed } from '../terminal/agree.js'
import { durationOption } from '../duration-option.js'
import { ensureDaemon } from '../daemon/ensure-daemon.js'
import { chosenSession, knownDaemons } from '../daemon/locate.js'
import { followDaemon } from '../follow-daemon.js'
import type { Verb, VerbContext } from '../verb.js'
import { layoutPath } from '../layout-path.js'
import { LAYOUT, flag, text } from '../verb-arguments.js'

const MAX_REASON = 300

export const run: Verb = {
  name: 'run',
  permission: 'run:write',
  describe: 'start or resume the task graph',
  positionals: [LAYOUT],
  options: {
    wait: flag('wait for its end; exit 1 unless every task completed'),
    timeout: text('how long --wait waits'),
    again: flag('begin anew after a run that has ended'),
    from: text('begin another run with this task and all that needs it, also what is COMPLETED'),
    yes: flag('also if the layout ends running work; without it, asks', 'y'),
    'dry-run': flag('print waves, critical path and expected makespan; run nothing'),
  },
  example: 'orchestra run --dry-run local',
  run: async (c) => {
    if (c.flag('dry-run')) return (await import('../dry-run.js')).dryRun(c)
    const { client, isNew } = await daemonOf(c)
    // A daemon that was started for this has no layout yet.
    const layout = c.positionals[0] === undefined && !isNew ? null : layoutPath(c, c.positionals[0])
    const from = c.option('from')
    const answer = await agreed(c, (consent) =>
      client.post<{ phase: string }>('/v1/run', {
        layout,
        ...(layout === null ? {} : { cwd: c.cwd }),
        ...(c.flag('again') ? { again: true } : {}),
        ...(from === undefined ? {} : { from }),
        ...(consent === undefined ? {} : { consent }),
      }),
    )
    if (!c.flag('wait')) {
      const ended = answer.phase === 'finished'
      const words = ended
        ? `the run has ended; \`${fix('run.again')}\` begins it again`
        : answer.phase === 'running'
          ? `the run goes on; \`${fix('run.watch')}\` shows it`
          : `the run is ${answer.phase}`
      c.out(c.json ? `${JSON.stringify(answer)}\n` : `${words}\n`)
      return 0
    }
    return waitForEnd(client, c)
  },
}

/** `run LAYOUT` on a machine where nothing runs yet starts the daemon; without a layout the one that runs is meant. */
async function daemonOf(c: VerbContext): Promise<{ readonly client: ApiClient; readonly isNew: boolean }> {
  if (c.host !== undefined || (c.positionals[0] === undefined && isThereAlready(c)))
    return { client: await c.connect(), isNew: false }
  const { client, started } = await ensureDaemon(layoutPath(c, c.positionals[0]), c)
  return { client, isNew: started }
}

/** A daemon runs; or there is no layout here, and the daemon of a session that is named or was lost is started again. */
function isThereAlready(c: VerbContext): boolean {
  const known = knownDaemons(homePaths(c.env))
  if (known.some(({ daemon }) => daemon !== null)) return true
  return !existsSync(join(c.cwd, 'orchestra.yaml')) && chosenSession(known, c.session, c.cwd) !== undefined
}

async function waitForEnd(client: ApiClient, c: VerbContext): Promise<number> {
  const stop = new AbortController()
  const timeout = durationOption('timeout', c.option('timeout'))
  const timer = timeout === undefined ? undefined : setTimeout(() => stop.abort(), timeout)
  let last: StatusDocument | undefined
  let finished = false
  let said = ''
  const status = (doc: StatusDocument) => {
    last = doc
    const { completed, tasks, in_progress: busy, failed } = doc.summary
    const line = `${completed}/${tasks} completed, ${busy} in progress${failed > 0 ? `, ${failed} failed` : ''}`
    if (line !== said && !c.json) c.err(process.stderr.isTTY ? `\r${line}\u001b[K` : `${line}\n`)
    said = line
    finished = doc.run.phase === 'finished'
    if (finished) stop.abort()
  }
  await followDaemon(client, c, { want: ['status'], after: null, status }, stop.signal)
  clearTimeout(timer)
  if (process.stderr.isTTY && !c.json) c.err('\n')
  const summary = last?.summary
  const good = finished && summary !== undefined && summary.completed === summary.tasks
  if (c.json) c.out(`${JSON.stringify({ finished, summary })}\n`)
  else if (good) c.out(`all ${summary.tasks} tasks completed\n`)
  else {
    c.out(finished ? 'the run ended, but not every task completed\n' : 'the run has not ended yet\n')
    for (const task of last?.tasks ?? []) {
      if (task.status !== 'COMPLETED')
        c.out(`  ${task.id}: ${task.status}${task.reason === null ? '' : `: ${oneLine(task.reason)}`}\n`)
    }
  }
  return good ? 0 : 1
}

/** What a command printed may be many lines; `context TASK` shows them. */
function oneLine(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim()
  return line.length > MAX_REASON ? `${line.slice(0, MAX_REASON)}…` : line
}
