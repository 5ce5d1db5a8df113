/** Several tasks that are asked for at once. */
import { taskShape } from '../../layout/task-spec.js'
import type { TaskSpec } from '../../layout/model.js'
import { namePrincipal, type Principal } from '../../principal.js'
import { list, number, text } from '../../shape.js'
import { plural } from '../../text/plural.js'
import type { Forms } from './form.js'
import { principal } from './principal-shape.js'

export interface ExecutionEvent {
  readonly type: 'execution.asked'
  readonly execution: string
  readonly tasks: readonly TaskSpec[]
  /** At most so many of them are at work at a time. */
  readonly maxWorkers: number
  readonly by: Principal
}

export const EXECUTION_EVENTS: Forms<ExecutionEvent> = {
  'execution.asked': {
    fields: { execution: text(), tasks: list(taskShape), maxWorkers: number, by: principal },
    line: ({ execution, tasks, maxWorkers, by }) => [
      execution,
      `${plural(tasks.length, 'task')} asked for by ${namePrincipal(by)}, at most ${maxWorkers} at a time`,
    ],
  },
}
