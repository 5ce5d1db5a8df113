/** What a recipient reads. The urgent form has its four parts in this order (title, issue, blocker, proposed solution, impact). */
import type { EscalationRecord } from './records.js'

export const URGENT_TITLE = '🚨 URGENT'

export interface Notice {
  readonly title: string
  readonly text: string
}

export function noticeOf(
  { id, urgent, text, told, deliveries }: EscalationRecord,
  ackCommand: string,
): Notice {
  const { issue, blocker, proposal, impact } = text
  const earlier = told.slice(0, -1).map(({ layer }) => {
    const names = deliveries
      .filter((one) => one.layer === layer && one.state !== 'failed')
      .map(({ to }) => to.replace(/^(agent|person):/, ''))
    return `${layer} (${names.join(', ') || 'nobody'})`
  })
  const lines = [
    `Issue: ${issue}`,
    `Blocker: ${blocker}`,
    `Proposed solution: ${proposal}`,
    `Impact: ${impact}`,
    ...(earlier.length === 0 ? [] : [`Told before, without an answer: ${earlier.join(', ')}`]),
    `Take it on: ${ackCommand}`,
  ]
  return { title: urgent ? URGENT_TITLE : `${id}: ${issue}`, text: lines.join('\n') }
}
