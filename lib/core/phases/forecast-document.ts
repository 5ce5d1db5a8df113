import type { ForecastDocument, HelpRow, ScheduleRow } from '../protocol/forecast.js'
import { isoTime } from '../iso-time.js'
import type { RunState, TaskRecord } from '../run/state.js'
import type { Millis } from '../time.js'
import { drained, type Steps } from '../steps.js'
import { forecastSteps, type Forecast } from './forecast.js'
import type { Help } from './help.js'
import { milestoneRows } from './phase-rows.js'

interface Asked {
  readonly now: Millis
  readonly zone: string
}

export function forecastDocument(state: RunState, options: Asked): ForecastDocument {
  return drained(forecastDocumentSteps(state, options))
}

/** The same in small steps, over a state that does not change in between (`frozenRun`). */
export function* forecastDocumentSteps(state: RunState, options: Asked): Steps<ForecastDocument> {
  const found = yield* forecastSteps(state, options)
  return {
    version: 1,
    session: state.layout?.session ?? '',
    at: isoTime(found.at),
    timezone: options.zone,
    end: isoTime(found.endAt),
    slow_end: isoTime(found.slowEndAt),
    tasks: found.tasks,
    work_s: seconds(found.workMs),
    critical_path: found.path.ids,
    critical_path_s: seconds(found.path.ms),
    milestones: milestoneRows(state, found.milestones),
    paces: found.paces,
    help: found.help.map(helpRow),
    phases: (state.layout?.phases ?? []).map(({ id, title }) => ({ id, title })),
    schedule: scheduleRows(state, found),
  }
}

function helpRow(help: Help): HelpRow {
  const isWorkers = help.kind === 'workers'
  return {
    kind: help.kind,
    milestone: help.milestone,
    role: isWorkers ? help.role : null,
    count: isWorkers ? help.count : 0,
    tier: isWorkers ? null : help.tier,
    tasks: isWorkers ? [] : help.tasks,
    earlier_s: seconds(help.earlierMs),
    end: isoTime(help.endAt),
    enough: help.isEnough,
  }
}

function scheduleRows(state: RunState, found: Forecast): ScheduleRow[] {
  const critical = new Set(found.path.ids)
  const planned = new Map(found.schedule.slots.map((slot) => [slot.task, slot]))
  const rows: { readonly at: Millis; readonly row: ScheduleRow }[] = []
  for (const task of state.tasks.values()) {
    const { id, title, phase } = task.spec
    const slot = planned.get(id)
    const startAt = task.status === 'IN_PROGRESS' ? task.startedAt : (slot?.startAt ?? task.startedAt)
    const endAt = slot?.endAt ?? task.endedAt
    if (startAt === null || endAt === null) continue
    rows.push({
      at: startAt,
      row: {
        task: id,
        title,
        phase,
        status: task.status,
        worker: slot === undefined ? lastAgent(state, task) : slot.worker,
        start: isoTime(startAt),
        end: isoTime(Math.max(startAt, endAt)),
        critical: critical.has(id),
      },
    })
  }
  return rows.toSorted((a, b) => a.at - b.at).map(({ row }) => row)
}

function lastAgent(state: RunState, task: TaskRecord): string | null {
  const last = task.attempts.at(-1)
  return last === undefined ? null : (state.attempts.get(last)?.agent ?? null)
}

function seconds(ms: Millis): number {
  return Math.round(ms / 1000)
}
