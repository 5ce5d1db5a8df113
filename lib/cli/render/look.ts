/** `look`: the agents that were found, what each asks below its row, and the machines that did not answer. */
import type { FoundAgent, LookDocument, LookedAt } from '../../core/protocol/look.js'
import { plural } from '../../core/text/plural.js'
import { AGENT_LOOK, glyph } from '../../core/view/glyphs.js'
import { shortenLine, span, type Line } from '../../core/view/spans.js'
import { headLine, planTable, rowLine, type Column } from '../../core/view/table.js'
import { formatAge } from '../../core/view/times.js'
import type { RenderOptions } from './options.js'
import { paintAll } from './paint.js'

const HERE = 'this machine'

export function renderLook(doc: LookDocument, options: RenderOptions): string {
  const { agents, machines } = doc
  const lines: Line[] = []
  const plan = planTable(columns(options), agents, options.cols)
  if (agents.length > 0) lines.push(headLine(plan))
  for (const agent of agents) {
    lines.push(rowLine(plan, agent, options))
    const tone = agent.state === 'waiting' ? 'warn' : 'quiet'
    if (agent.text !== null) lines.push(shortenLine([span('  '), span(agent.text, tone)], options.cols))
  }
  if (agents.length === 0) lines.push([span('no agents were found', 'quiet')])
  lines.push([], shortenLine(countLine(doc), options.cols))
  lines.push(
    ...machines
      .filter(({ state, reason }) => state !== 'answered' || reason !== null)
      .map((one) => shortenLine(missingLine(one), options.cols)),
  )
  return paintAll(lines, options.color)
}

function columns(options: RenderOptions): Column<FoundAgent>[] {
  return [
    {
      id: 'state',
      head: 'STATE',
      rank: 2,
      cell: ({ state }) => [
        glyph(AGENT_LOOK[state], options),
        span(` ${AGENT_LOOK[state].word}`, AGENT_LOOK[state].tone),
      ],
    },
    {
      id: 'age',
      head: 'AGE',
      rank: 4,
      align: 'right',
      cell: ({ age_s }) => (age_s === null ? [] : [span(formatAge(age_s * 1000), 'quiet')]),
    },
    { id: 'program', head: 'PROGRAM', rank: 3, max: 16, cell: ({ program }) => [span(program)] },
    { id: 'address', head: 'ADDRESS', rank: 1, min: 8, cell: (agent) => addressCell(agent) },
    {
      id: 'session',
      head: 'SESSION',
      rank: 6,
      min: 6,
      max: 24,
      cell: ({ session }) => [span(session ?? '', 'quiet')],
    },
    {
      id: 'cwd',
      head: 'DIRECTORY',
      rank: 7,
      min: 10,
      max: 50,
      cell: ({ cwd }) => [span(cwd ?? '', 'quiet')],
    },
  ]
}

function addressCell({ address, host, managed, source }: FoundAgent): Line {
  if (address !== null) return [span(address, 'strong')]
  const where = host === null ? '' : `${host}: `
  return [
    span(
      managed === null
        ? `${where}${source === 'claude' ? 'claude agents' : ''}`
        : `${where}${managed} of orchestra`,
      'quiet',
    ),
  ]
}

function countLine({ agents, machines, took_ms }: LookDocument): Line {
  const waiting = agents.filter(({ state }) => state === 'waiting').length
  return [
    span(
      `${plural(agents.length, 'agent')} on ${plural(machines.length, 'machine')} in ${(took_ms / 1000).toFixed(1)} s`,
    ),
    ...(waiting === 0 ? [] : [span(`, ${waiting} ${waiting === 1 ? 'waits' : 'wait'} for you`, 'warn')]),
  ]
}

function missingLine({ host, state, reason, hint }: LookedAt): Line {
  const word = state === 'answered' ? '' : `${state}: `
  return [
    span(host ?? HERE, 'strong'),
    span(' '),
    span(`${word}${reason ?? ''}`, state === 'answered' ? 'quiet' : 'warn'),
    span(hint === null ? '' : `  (${hint})`, 'quiet'),
  ]
}
