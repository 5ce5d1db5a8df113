/** `status --json` (contract §4): the state's own rows, with what only the daemon sees. */
import { humanInAll } from '../../reports/human.js'
import { mergeRows } from '../../merges/merge-row.js'
import { escalationRows } from '../../escalation/escalation-row.js'
import { peopleOf } from '../../gates/people.js'
import type { GithubRow } from '../../github/rows.js'
import type { AgentId, MachineId } from '../../ids.js'
import { NEEDS_YOU, needsYou } from '../../protocol/needs-you.js'
import type { Attention, MachineRow, StatusDocument } from '../../protocol/status.js'
import { agentRow, gateRow, isListed, machineRow, summaryOf, taskRow } from './selectors.js'
import type { MachineRecord, RunState } from '../state.js'
import type { Millis } from '../../time.js'
import { isoTime } from '../../iso-time.js'
import type { MachineFacts, McpFacts } from './machine-facts.js'
import { shownLines, type ShownQuestion } from './question.js'
import type { MilestoneForecast } from '../../phases/milestone-forecast.js'
import { milestoneRows, phaseRows } from '../../phases/phase-rows.js'

export interface LiveFacts {
  readonly now: Millis
  readonly session: string
  readonly daemon: StatusDocument['daemon']
  readonly storeProblem: () => string | null
  /** Why the API is not reached by TCP, where the layout wants that. */
  readonly doorProblem: () => string | null
  readonly machine: (id: MachineId) => MachineFacts
  readonly mcp: (id: string) => McpFacts
  readonly outputAt: (id: AgentId) => Millis | null
  readonly version: (id: AgentId) => string | null
  /** No rule of its program says `idle`. */
  readonly neverIdle: (id: AgentId) => boolean
  readonly queued: (id: AgentId) => number
  /** What its screen asks; null: nothing. */
  readonly question: (id: AgentId) => ShownQuestion | null
  readonly milestones: () => readonly MilestoneForecast[]
  readonly github: () => readonly GithubRow[]
  /** Why nothing moves although work is left; null: something does. */
  readonly standstill: () => string | null
  /** When the run is expected to end; null: it does not run, or nobody knows. */
  readonly endAt: () => Millis | null
  readonly place: (id: AgentId) => { readonly pane: string; readonly window: string } | null
}

export function statusDocument(state: RunState, live: LiveFacts): StatusDocument {
  const summary = summaryOf(state, live.now, live.endAt())
  const storeProblem = live.storeProblem()
  const doorProblem = live.doorProblem()
  const standstill = live.standstill()
  const github = live.github()
  const machines = [...state.machines.values()].map((m) => machine(state, m, live, github))
  const mcp = (state.layout?.mcpServers ?? []).map((spec) => ({
    id: spec.id,
    machine: spec.machine,
    ...live.mcp(spec.id),
  }))
  const more: Omit<Attention, 'human'>[] = [
    ...(storeProblem === null
      ? []
      : [{ kind: 'store' as const, id: 'store', text: storeProblem, since: null }]),
    ...(doorProblem === null
      ? []
      : [{ kind: 'api_closed' as const, id: 'api.tcp', text: doorProblem, since: null }]),
    ...(standstill === null
      ? []
      : [{ kind: 'run_stuck' as const, id: 'run', text: standstill, since: null }]),
    ...machines.flatMap((m) =>
      m.problems.map((text) => ({ kind: 'machine_problem' as const, id: m.id, text, since: m.surveyed_at })),
    ),
    ...mcp
      .filter((m) => m.state === 'offline')
      .map((m) => ({
        kind: 'mcp_offline' as const,
        id: m.id,
        text: m.reason ?? 'does not answer',
        since: null,
      })),
  ]
  const attention = [...summary.attention, ...more.map((one) => ({ ...one, human: NEEDS_YOU[one.kind] }))]
  return {
    version: 1,
    session: live.session,
    at: isoTime(live.now),
    daemon: live.daemon,
    run: { phase: state.phase, started_at: isoTime(state.startedAt), finished_at: isoTime(state.finishedAt) },
    summary: { ...summary, needs_you: needsYou(attention), attention },
    layers: state.layout?.layers ?? [],
    machines,
    mcp_servers: mcp,
    agents: [...state.agents.values()].filter(isListed).map((agent) => {
      const place = live.place(agent.spec.id)
      const asked = live.question(agent.spec.id)
      const isSame = asked !== null && asked.promptId === agent.observation?.promptId
      return agentRow(state, agent, {
        question: isSame ? shownLines(asked.rows) : null,
        pane: place?.pane ?? null,
        window: place?.window ?? null,
        version: live.version(agent.spec.id),
        never_idle: live.neverIdle(agent.spec.id),
        queued: live.queued(agent.spec.id),
        output_at: isoTime(live.outputAt(agent.spec.id)),
      })
    }),
    tasks: [...state.tasks.values()].map((task) => taskRow(state, task, live.now)),
    gates: [...state.gates.values()].map((gate) => gateRow(gate, peopleOf(state.layout))),
    timezone: state.layout?.timezone ?? null,
    phases: phaseRows(state),
    milestones: milestoneRows(state, live.milestones()),
    escalations: escalationRows(state),
    merges: mergeRows(state),
    human: humanInAll(state, live.now),
    github,
  }
}

function machine(
  state: RunState,
  record: MachineRecord,
  live: LiveFacts,
  github: readonly GithubRow[],
): MachineRow {
  const connected = github.find((row) => row.machine === record.spec.id)
  if (connected !== undefined)
    return machineRow(state, record, { problems: connected.problems, surveyed_at: connected.polled_at })
  const { survey, surveyedAt, problems, rttMs, tmux } = live.machine(record.spec.id)
  const wanted = state.layout?.problems.show ?? []
  const up = record.state === 'online' || record.state === 'degraded'
  return machineRow(state, record, {
    rtt_ms: up ? rttMs : null,
    tmux,
    // What was seen of a machine that is away is old.
    problems: up
      ? problems.filter(({ noise }) => noise === null || wanted.includes(noise)).map(({ text }) => text)
      : [],
    surveyed_at: isoTime(surveyedAt),
    ...(survey === null
      ? {}
      : {
          load1: survey.load1,
          cores: survey.cores,
          memory: survey.memory,
          disk: survey.disk,
          git: survey.git,
          status_commits: survey.statusCommits,
          agent_processes: survey.agentProcesses,
        }),
  })
}
