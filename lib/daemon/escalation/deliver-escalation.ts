/**
 * Tells one recipient of one layer. That it is being told is durable before anything leaves: after a crash in between
 * nobody is told a second time, and the escalation says that it is uncertain. A message to an agent has a receipt, and goes on.
 */
import { messageOf } from '../../core/errors.js'
import { noticeOf, type Notice } from '../../core/escalation/notice.js'
import type { EscalationRecord } from '../../core/escalation/records.js'
import { fix } from '../../core/fixes.js'
import { askedId } from '../../core/ids.js'
import type { NotifySpec } from '../../core/layout/model.js'
import { DAEMON, type Principal } from '../../core/principal.js'
import type { Action } from '../../core/run/actions.js'
import { findEscalation } from '../../core/run/fold/reduce-escalations.js'
import type { AgentRecord } from '../../core/run/state.js'
import { safeText } from '../../core/text/safe-text.js'
import type { Kernel } from '../kernel/kernel.js'
import type { Posts } from '../kernel/posts.js'

type Deliver = Extract<Action, { type: 'escalation.deliver' }>

export interface EscalationNeeds {
  readonly kernel: Pick<Kernel, 'loop' | 'clock' | 'log' | 'session'>
  /** Once an operation. */
  readonly send: (agent: AgentRecord, message: { operation: string; text: string; by: Principal }) => void
  readonly tellOutside: (notify: NotifySpec, session: string, title: string, text: string) => Promise<void>
  /** Who posts what is addressed to `github`; undefined: nobody does. */
  readonly posts: () => Posts | undefined
  /** A line in tmux's own bar. */
  readonly message: (text: string) => Promise<unknown>
}

interface Outcome {
  readonly outcome: 'sent' | 'failed' | 'uncertain'
  readonly reason: string | null
}

export async function deliverEscalation(action: Deliver, needs: EscalationNeeds): Promise<void> {
  const { loop, clock } = needs.kernel
  const { escalation, layer, to } = action
  const one = findEscalation(loop.state, escalation)
  const before = one?.deliveries.find((delivery) => delivery.to === to && delivery.layer === layer)?.state
  if (one === undefined || (before !== 'pending' && before !== 'sending')) return
  if (before === 'pending') {
    loop.dispatch({ type: 'escalation.sending', at: clock.now(), escalation, layer, to })
    await loop.settled()
  }
  const { outcome, reason } = to.startsWith('agent:')
    ? tellAgent(to.slice('agent:'.length), one, layer, needs)
    : before === 'sending'
      ? { outcome: 'uncertain' as const, reason: 'the daemon was stopped while it told' }
      : await tellPeople(to, one, needs)
  loop.dispatch({ type: 'escalation.sent', at: clock.now(), escalation, layer, to, outcome, reason })
}

function tellAgent(id: string, one: EscalationRecord, layer: string, needs: EscalationNeeds): Outcome {
  const agent = needs.kernel.loop.state.agents.get(askedId(id))
  if (agent?.process.status !== 'alive') return { outcome: 'failed', reason: `${id} is not running` }
  if (agent.mode === 'headless')
    return { outcome: 'failed', reason: `${id} is headless: it takes no messages` }
  // A limited agent, or one that asks, would not read of its own trouble.
  if (one.subject === id) return { outcome: 'failed', reason: `${id} is itself in trouble` }
  const { title, text } = notice(one)
  const operation = `escalation:${one.id}:${one.openedAt}:${layer}:${id}`
  needs.send(agent, { operation, text: `${title}\n${text}`, by: DAEMON })
  return { outcome: 'sent', reason: 'its message is queued' }
}

async function tellPeople(
  to: string,
  one: EscalationRecord,
  { kernel, message, tellOutside, posts }: EscalationNeeds,
): Promise<Outcome> {
  const { loop, session, log } = kernel
  const { layout } = loop.state
  const person = layout?.people.find(({ id }) => to === `person:${id}`)
  const { title, text } = notice(one)
  if (to === 'github') {
    const target = posts()
    if (target === undefined) return { outcome: 'failed', reason: 'nothing posts to GitHub here' }
    return attempt(() => target.post({ title, text, task: one.task }))
  }
  void message(`${title}: ${one.text.issue}`).catch(() => {})
  if (to !== 'notify' && person?.notify !== true)
    return { outcome: 'sent', reason: 'it stands in status and the monitor' }
  if (layout === null || (layout.notify.command.length === 0 && layout.notify.webhook === null))
    return { outcome: 'failed', reason: 'notify: has neither command nor webhook' }
  const addressed = person === undefined ? title : `${title} (${person.id})`
  return attempt(() => tellOutside(layout.notify, session, addressed, text))

  async function attempt(tell: () => Promise<void>): Promise<Outcome> {
    try {
      await tell()
      return { outcome: 'sent', reason: null }
    } catch (error) {
      log.warn({ err: error, escalation: one.id }, 'an escalation was not delivered')
      return { outcome: 'failed', reason: safeText(messageOf(error)).slice(0, 200) }
    }
  }
}

function notice(one: EscalationRecord): Notice {
  return noticeOf(one, fix('escalation.ack', one.id))
}
