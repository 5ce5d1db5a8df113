import { fix } from '../../core/fixes.js'
import { OrchestraError } from '../../core/errors.js'
import type { AttachInfo, PlanStep, UpRequest, UpResponse } from '../../core/protocol/api.js'
import { agreed } from '../terminal/agree.js'
import { attachCommand, attachTerminal } from '../terminal/attach-terminal.js'
import { windowSize } from '../terminal/window-size.js'
import { plural } from '../../core/text/plural.js'
import { layoutPath } from '../layout-path.js'
import { durationOption } from '../duration-option.js'
import { alsoMade, upByDaemon } from '../daemon/ensure-daemon.js'
import type { Verb, VerbContext } from '../verb.js'
import { LAYOUT, YES, flag, text } from '../verb-arguments.js'

export const up: Verb = {
  name: 'up',
  permission: 'run:write',
  describe: 'start the daemon, build the windows, start what is missing, attach',
  notOverApi: "reads a layout of the daemon's machine, and starts what runs there",
  positionals: [LAYOUT],
  options: {
    detach: flag('do not attach', 'd'),
    run: flag('also start the tasks'),
    wait: flag('wait until the agents are there; exit 1 if they do not come'),
    timeout: text('how long --wait waits (default 60s)'),
    again: flag('with --run: begin anew after a run that has ended'),
    yes: YES,
  },
  example: 'orchestra up local -d --run',
  run: async (c) => {
    if (c.host !== undefined) {
      throw new OrchestraError('`up` works on the machine itself', {
        kind: 'usage',
        hint: fix('host.up', c.host, c.positionals[0]),
      })
    }
    const layout = layoutPath(c, c.positionals[0])
    const request: UpRequest = {
      layout,
      run: c.flag('run'),
      ...windowSize(c),
      wait: c.flag('wait'),
      timeoutMs: durationOption('timeout', c.option('timeout')) ?? 60_000,
    }
    const done = await agreed(c, (consent) =>
      upByDaemon(
        { ...request, ...(consent === undefined ? {} : { consent }), wait: request.wait && !c.interactive },
        c,
      ),
    )
    const { client } = done
    let { answer } = done
    if (c.interactive) {
      const { askPassphrases } = await import('../terminal/ask-passphrases.js')
      await askPassphrases(client)
      if (request.wait)
        answer = alsoMade(
          answer,
          await agreed(c, (consent) =>
            client.post<UpResponse>('/v1/up', { ...request, ...(consent === undefined ? {} : { consent }) }),
          ),
        )
    }
    if (await beginsAgain(answer, request, c)) {
      await client.post('/v1/run', { layout: null, again: true })
      const { ended, ...begun } = answer
      answer = { ...begun, warnings: answer.warnings.filter((warning) => warning !== ended) }
    }
    for (const warning of answer.warnings) c.err(`warning: ${warning}\n`)
    const missing = answer.missing.length > 0 && c.flag('wait')
    if (c.json) {
      const { snakeKeys } = await import('../render/snake-keys.js')
      c.out(`${JSON.stringify(snakeKeys(answer))}\n`)
      return missing ? 1 : 0
    }
    const info = answer.attach ?? (await client.get<AttachInfo>('/v1/attach'))
    const said = (answer.steps ?? []).filter(isSaid)
    if (said.length > 0) {
      const { stepLines } = await import('../render/plan.js')
      for (const step of said) for (const line of stepLines(step)) c.out(`${line}\n`)
    }
    c.out(`${summary(answer)}\n`)
    c.out(`  attach:  ${attachCommand(info)}   (or: ${fix('view.attach-by-name')})\n`)
    if (missing) {
      c.err(`these agents did not come: ${answer.missing.join(', ')}\n  ${fix('doctor.ask')} says why.\n`)
      return 1
    }
    if (c.flag('detach') || !c.interactive) return 0
    try {
      return await attachTerminal(info, { window: null, pane: null, readOnly: false }, c)
    } catch (error) {
      // What was asked for stands; only this terminal does not show it.
      if (!(error instanceof OrchestraError) || error.kind !== 'refused') throw error
      c.err(`${error.message}\n${error.hint === undefined ? '' : `  ${error.hint}\n`}`)
      return 0
    }
  },
}

/** `--run` after the end of a run: the attach would hide that nothing was started. */
async function beginsAgain(answer: UpResponse, request: UpRequest, c: VerbContext): Promise<boolean> {
  if (!request.run || answer.ended === undefined) return false
  if (c.flag('again')) return true
  if (c.flag('detach') || !c.interactive) return false
  const { askYesNo } = await import('../terminal/ask-yes-no.js')
  return askYesNo('The run has ended. Begin it again, all tasks?', c)
}

/** What is made is summed up; each window that goes or is called otherwise is a line. */
function isSaid({ kind, action }: PlanStep): boolean {
  return action !== 'create' || (kind !== 'session' && kind !== 'window' && kind !== 'pane')
}

function summary(answer: UpResponse): string {
  const panes = answer.createdPanes ?? 0
  const windows = answer.created.length - panes
  const steps = answer.steps ?? []
  const count = (kind: PlanStep['kind'], ...actions: readonly PlanStep['action'][]) =>
    steps.filter((step) => step.kind === kind && actions.includes(step.action)).length
  const say = (number: number, what: string, done: string) =>
    number > 0 ? `${plural(number, what)} ${done}` : ''
  const changes = [
    say(windows, 'window', 'made'),
    say(panes, 'pane', 'made'),
    answer.changed.length > 0 ? `${answer.changed.length} changed` : '',
    say(count('agent', 'start', 'respawn'), 'agent', 'started'),
    say(count('agent', 'stop'), 'agent', 'stopped'),
    say(count('agent', 'change'), 'agent', 'changed'),
    say(count('task', 'create'), 'task', 'added'),
    say(count('task', 'change'), 'task', 'changed'),
    say(count('task', 'cancel'), 'task', 'cancelled'),
    say(count('task', 'remove'), 'task', 'removed'),
    say(count('gate', 'create'), 'gate', 'added'),
    say(count('gate', 'change'), 'gate', 'changed'),
    say(count('gate', 'remove'), 'gate', 'removed'),
    say(count('machine', 'create', 'change', 'remove'), 'machine', 'changed'),
    say(count('setting', 'create', 'change', 'remove'), 'setting', 'changed'),
  ].filter((part) => part !== '')
  return `${answer.session} is up: ${changes.length === 0 ? 'nothing to do' : changes.join(', ')}.`
}
