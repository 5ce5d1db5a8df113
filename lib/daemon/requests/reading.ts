/** Requests that are also answered from a store without a daemon. Written by scripts/requests.ts (`npm run fix`). */
import { context } from './context.js'
import { describe } from './describe.js'
import { events } from './events.js'
import { executionOf } from './execution-of.js'
import { executions } from './executions.js'
import { forecast } from './forecast.js'
import { graph } from './graph.js'
import { log } from './log.js'
import { output } from './output.js'
import { report } from './report.js'
import { runs } from './runs.js'
import { statusLines } from './status-lines.js'
import { status } from './status.js'
import { workers } from './workers.js'
import type { Route } from '../../api/route.js'
import type { Reading } from '../kernel/reading.js'

export const READING_REQUESTS: readonly Route<Reading>[] = [
  context,
  describe,
  events,
  executionOf,
  executions,
  forecast,
  graph,
  log,
  output,
  report,
  runs,
  statusLines,
  status,
  workers,
]
