/** Tasks: what people ask of the graph. */
import type { TaskId } from '../../ids.js'
import type { TaskSpec } from '../../layout/model.js'
import { taskShape } from '../../layout/task-spec.js'
import { namePrincipal, SOME_PERSON, type Principal } from '../../principal.js'
import { flag, list, orNull, since, text } from '../../shape.js'
import type { Forms } from './form.js'
import { principal } from './principal-shape.js'

export type TaskEvent =
  | { readonly type: 'task.submitted'; readonly task: TaskSpec; readonly by: Principal }
  | {
      readonly type: 'task.needs_added'
      readonly task: TaskId
      readonly needs: readonly string[]
      readonly by: Principal
    }
  | { readonly type: 'task.cancel_requested'; readonly task: TaskId; readonly by: Principal }
  /** A person, or an agent that may, says what holds it up; a running attempt is ended. */
  | {
      readonly type: 'task.blocked'
      readonly task: TaskId
      readonly text: string
      readonly proposal: string | null
      readonly impact: string | null
      readonly urgent: boolean
      readonly by: Principal
    }
  | { readonly type: 'task.unblocked'; readonly task: TaskId; readonly by: Principal }
  /** Of a task that never started: it is forgotten. */
  | { readonly type: 'task.removed'; readonly task: TaskId; readonly by: Principal }
  | { readonly type: 'task.retry_requested'; readonly task: TaskId; readonly by: Principal }
  /** Also what is COMPLETED, and with it all that needs it. */
  | { readonly type: 'task.again_requested'; readonly task: TaskId; readonly by: Principal }
  | {
      readonly type: 'task.already_done'
      readonly task: TaskId
      readonly done: boolean
      readonly output: string
    }

export const TASK_EVENTS: Forms<TaskEvent> = {
  'task.submitted': {
    fields: { task: taskShape, by: principal },
    line: ({ task, by }) => [task.id, `submitted by ${namePrincipal(by)}: ${task.title}`],
  },
  'task.needs_added': {
    fields: { task: text(), needs: list(text()), by: since(SOME_PERSON, principal) },
    line: ({ task, needs }) => [task, `now also needs ${needs.join(', ')}`],
  },
  'task.cancel_requested': {
    fields: { task: text(), by: principal },
    line: ({ task, by }) => [task, `cancelled by ${namePrincipal(by)}`, 'warn'],
  },
  'task.blocked': {
    fields: {
      task: text(),
      text: text(),
      proposal: orNull(text()),
      impact: orNull(text()),
      urgent: flag,
      by: principal,
    },
    line: ({ task, text: said, urgent, by }) => [
      task,
      `${urgent ? 'URGENT, ' : ''}blocked by ${namePrincipal(by)}: ${said}`,
      'warn',
    ],
  },
  'task.unblocked': {
    fields: { task: text(), by: principal },
    line: ({ task, by }) => [task, `unblocked by ${namePrincipal(by)}`],
  },
  'task.removed': {
    fields: { task: text(), by: principal },
    line: ({ task, by }) => [task, `removed by ${namePrincipal(by)}, never started`, 'warn'],
  },
  'task.retry_requested': {
    fields: { task: text(), by: principal },
    line: ({ task, by }) => [task, `to be tried again, asked for by ${namePrincipal(by)}`],
  },
  'task.again_requested': {
    fields: { task: text(), by: principal },
    line: ({ task, by }) => [task, `again, with all that needs it, asked for by ${namePrincipal(by)}`],
  },
  'task.already_done': {
    fields: { task: text(), done: flag, output: text() },
    line: ({ task, done }) => [task, done ? 'was done already' : 'is not done yet', done ? 'good' : 'info'],
  },
}
