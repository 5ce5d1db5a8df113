/** The API's requests, answered by one daemon. Thin: each method is one thing that a person can ask for. */
import type { JournalQuery, Service } from '../../api/service.js'
import { fix } from '../../core/fixes.js'
import type {
  AttachInfo,
  Passphrase,
  PassphrasesDocument,
  PlanStep,
  Receipt,
  ScreenDocument,
  StreamMessage,
} from '../../core/protocol/api.js'
import type { StatusDocument } from '../../core/protocol/status.js'
import { givenContext, renderGiven } from '../../core/run/context.js'
import { indexOf } from '../../core/run/index/index-run.js'
import { renderReport } from '../../core/run/rows/report.js'
import { safeLines } from '../../core/text/safe-lines.js'
import { safeText } from '../../core/text/safe-text.js'
import { OrchestraError } from '../../core/errors.js'
import { didYouMean } from '../../core/layout/did-you-mean.js'
import type { TaskId } from '../../core/ids.js'
import type { TaskRecord } from '../../core/run/state.js'
import { answer, questionNow } from './answer.js'
import { applyAgreed } from './apply-agreed.js'
import { attachInfo } from './attach-info.js'
import { isComing } from '../delivery/delivery-target.js'
import { agentOf } from '../kernel/agent-of.js'
import { hostOf } from '../machines/host-of.js'
import type { StoredEvent } from '../../store/port.js'
import type { Daemon } from '../daemon.js'
import { doctor } from './doctor/doctor.js'
import { confirmed } from '../kernel/confirmed.js'
import { down } from './down.js'
import { eventRow } from '../../core/view/event-row.js'
import { explainAgent } from './explain-agent.js'
import { followLog, readLog } from './logs.js'
import { planUp } from './plan-up.js'
import { send } from './send.js'
import { beginAnew, startRun } from './start-run.js'
import { submit } from './submit.js'
import { up } from './up.js'
import { isProcess } from '../attempts/is-process.js'

export class DaemonService implements Service {
  readonly #daemon: Daemon
  readonly #exit: () => void

  /** `exit` ends the process once the answer to `down` is out. */
  constructor(daemon: Daemon, exit: () => void) {
    this.#daemon = daemon
    this.#exit = exit
  }

  get isStopping(): boolean {
    return this.#daemon.isStopping
  }

  settled(): Promise<void> | null {
    return confirmed(this.#daemon.loop)
  }

  status(): StatusDocument {
    return this.#daemon.status()
  }

  events: Service['events'] = (query) => this.#stored(query).map(({ seq, event }) => eventRow(seq, event))
  rawEvents: Service['rawEvents'] = (query) =>
    this.#stored(query).map(({ seq, event }) => ({ seq, ...event }))

  #stored({ after, since, limit, tail }: JournalQuery): readonly StoredEvent[] {
    this.#daemon.loop.writeObservations()
    const query = { after, limit, newest: tail, ...(since === null ? {} : { since }) }
    return this.#daemon.store.events(query)
  }

  subscribe(listener: (message: StreamMessage) => void): () => void {
    return this.#daemon.subscribe(listener)
  }

  up: Service['up'] = (request, by) => up(this.#daemon, request, by)
  plan: Service['plan'] = (request): Promise<{ steps: readonly PlanStep[]; warnings: readonly string[] }> =>
    planUp(this.#daemon, request)
  down: Service['down'] = async (request, by) => {
    const answered = await down(this.#daemon, request.keepAgents, by)
    this.#exit()
    return answered
  }

  run: Service['run'] = async ({ layout, again, cwd, consent = [] }, by) => {
    const daemon = this.#daemon
    if (layout !== null) applyAgreed(daemon, (await daemon.loadLayout(layout, cwd)).layout, { consent, by })
    const { loop } = daemon
    if (loop.state.layout === null)
      throw new OrchestraError('there is no layout yet', { kind: 'refused', hint: fix('layout.give') })
    if (again) beginAnew(daemon, by)
    startRun(daemon, by)
    return { phase: loop.state.phase }
  }

  pause: Service['pause'] = async (by) => {
    const { loop, clock } = this.#daemon
    if (loop.state.phase !== 'running')
      throw refused(`the run is ${loop.state.phase}`, 'Only a run that goes on can be paused.')
    loop.dispatch({ type: 'run.paused', at: clock.now(), by })
  }

  resume: Service['resume'] = async (by) => {
    const { loop, clock } = this.#daemon
    if (loop.state.phase !== 'paused')
      throw refused(
        `the run is ${loop.state.phase}`,
        `Only a paused run can go on; \`${fix('run.start')}\` starts one.`,
      )
    loop.dispatch({ type: 'run.resumed', at: clock.now(), by })
  }

  submit: Service['submit'] = async (request, by) => ({ task: submit(this.#daemon, request, by) })

  retry: Service['retry'] = async (id, by) => {
    const task = this.#task(id)
    if (!['FAILED', 'BLOCKED', 'CANCELLED'].includes(task.status)) {
      throw refused(
        `${id} is ${task.status}`,
        'Only a task that failed, is blocked or was cancelled can be tried again.',
      )
    }
    const node = indexOf(this.#daemon.loop.state).graph.nodes.get(id)
    if (node !== undefined && node.broken > 0) {
      throw refused(
        `${id} would be blocked again at once${task.reason === null ? '' : `: ${task.reason}`}`,
        `Try again what failed: ${id} follows by itself.`,
      )
    }
    this.#daemon.loop.dispatch({
      type: 'task.retry_requested',
      at: this.#daemon.clock.now(),
      task: task.spec.id,
      by,
    })
  }

  cancel: Service['cancel'] = async (id, by) => {
    const task = this.#task(id)
    if (task.status === 'CANCELLED') return { left: null }
    if (task.status === 'COMPLETED' || task.status === 'FAILED')
      throw refused(`${id} is ${task.status} already`, 'There is nothing to cancel.')
    this.#daemon.loop.dispatch({
      type: 'task.cancel_requested',
      at: this.#daemon.clock.now(),
      task: task.spec.id,
      by,
    })
    const { attempts, machines } = this.#daemon.loop.state
    const last = task.attempts.at(-1)
    const attempt = last === undefined ? undefined : attempts.get(last)
    const state = attempt === undefined ? undefined : machines.get(attempt.machine)?.state
    if (attempt === undefined || !isProcess(attempt) || state !== 'online') return { left: null }
    const isOver = () => attempts.get(attempt.id)?.phase === 'ended'
    return { left: await this.#daemon.parts.leftBehind.after(attempt.id, isOver) }
  }

  send: Service['send'] = (agent, request, by) => send(this.#daemon, agent, request, by)

  operation(id: string): Receipt | null {
    return this.#daemon.parts.outbox.receipt(id)
  }

  answer: Service['answer'] = (id, approved, { prompt_id, criteria, reason }, by) =>
    answer(this.#daemon, id, { approved, promptId: prompt_id, criteria, reason, by, rule: null })
  question: Service['question'] = (id) => questionNow(this.#daemon, id)

  restart: Service['restart'] = async (id, by) => {
    const agent = agentOf(this.#daemon, id)
    this.#daemon.loop.dispatch({
      type: 'agent.restart_requested',
      at: this.#daemon.clock.now(),
      agent: agent.spec.id,
      by,
      reason: null,
    })
  }

  stop: Service['stop'] = async (id, by) => {
    const agent = agentOf(this.#daemon, id)
    const isOver = agent.process.status === 'exited' || agent.process.status === 'absent'
    if (isOver && !isComing(agent)) throw refused(`${id} is not running`, fix('agent.restart', id))
    if (agent.wanted === 'stopped') return { left: null }
    this.#daemon.loop.dispatch({
      type: 'agent.stop_requested',
      at: this.#daemon.clock.now(),
      agent: agent.spec.id,
      by,
    })
    const { agents, machines } = this.#daemon.loop.state
    if (isOver || machines.get(agent.machine)?.state !== 'online') return { left: null }
    const { id: stopped } = agent.spec
    const isGone = () => agents.get(stopped)?.process.status === 'exited'
    return { left: await this.#daemon.parts.leftBehind.after(stopped, isGone) }
  }

  screen: Service['screen'] = async (id): Promise<ScreenDocument> => {
    const agent = agentOf(this.#daemon, id)
    if (agent.process.status !== 'alive') throw refused(`${id} is not running`, fix('agent.restart', id))
    const host = hostOf(this.#daemon.parts, agent.machine)
    const pane = host.paneOf(agent.spec.id, agent.generation, agent.process.pane)
    const capture = (await host.capture([pane], {})).get(pane)
    if (capture === undefined) throw refused(`${id} has no screen now`, 'Ask again in a moment.')
    return {
      agent: id,
      at: new Date(this.#daemon.clock.now()).toISOString(),
      cols: capture.cols,
      rows: capture.rows,
      title: safeText(capture.title),
      lines: safeLines(capture.text).split('\n'),
    }
  }

  log: Service['log'] = (agent, query) => readLog(this.#daemon, agent, query)
  followLog: Service['followLog'] = (agent, listener) => followLog(this.#daemon, agent, listener)
  explain: Service['explain'] = (agent) => explainAgent(this.#daemon, agent)

  context: Service['context'] = async (id) => {
    const data = givenContext(this.#daemon.loop.state, this.#task(id).spec.id)
    return { markdown: renderGiven(data), data }
  }

  report: Service['report'] = async () => renderReport(this.#daemon.loop.state, this.#daemon.clock.now())

  graph: Service['graph'] = async () => {
    const { tasks, gates, layout } = this.#daemon.loop.state
    const states: Record<string, string> = {}
    for (const [id, task] of tasks) states[id] = task.status
    for (const [id, gate] of gates) states[id] = gate.status
    return {
      tasks: [...tasks.values()].map((t) => t.spec),
      gates: [...gates.values()].map((g) => g.spec),
      phases: layout?.phases ?? [],
      states,
    }
  }

  executions(): readonly unknown[] {
    return this.#daemon.store.executions()
  }

  doctor: Service['doctor'] = (machine) => doctor(this.#daemon, machine)

  passphrases(): PassphrasesDocument {
    const { hosts, passphrases } = this.#daemon.parts
    const connecting = [...hosts.values()].filter((host) => host.link.state.status === 'connecting').length
    return { pending: passphrases.pending, connecting }
  }

  passphrase(answer: Passphrase): void {
    this.#daemon.parts.passphrases.answer(answer)
  }

  attachInfo(): AttachInfo {
    return attachInfo(this.#daemon)
  }

  #task(id: string): TaskRecord {
    const task = this.#daemon.loop.state.tasks.get(id as TaskId)
    if (task === undefined)
      throw new OrchestraError(
        `there is no task ${id}${didYouMean(id, this.#daemon.loop.state.tasks.keys())}`,
        {
          kind: 'usage',
          hint: `\`${fix('task.list')}\` lists them.`,
        },
      )
    return task
  }
}

function refused(message: string, hint: string): OrchestraError {
  return new OrchestraError(message, { kind: 'refused', hint })
}
