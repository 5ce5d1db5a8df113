/** Makes the views that are one page of text; the whole page is made, and scrolled. */
import { gateColumns } from '../../core/gates/gate-columns.js'
import type { WorkersDocument } from '../../core/protocol/workers.js'
import { githubPage } from '../../core/view/github-lines.js'
import { milestoneColumns } from '../../core/view/milestone-columns.js'
import type { MilestoneTheme } from '../../core/view/milestone-lines.js'
import { progressBlock, progressRows } from '../../core/view/progress-block.js'
import { span, type Line } from '../../core/view/spans.js'
import { statusLines } from '../../core/view/status-lines.js'
import { tableLines, type Column } from '../../core/view/table.js'
import { matrixColumns, workerColumns } from '../../core/view/worker-columns.js'
import type { MonitorState } from './state.js'

type PageLook = MilestoneTheme & { readonly cols: number }

/** What the indentation of a page takes of the screen. */
const MARGIN_COLS = 2

/** The lines of a page for a screen of `cols` columns; null: this view is not a page. */
export function pageLines({ view, doc, workers }: MonitorState, screen: PageLook): Line[] | null {
  if (doc === null) return null
  const look = { ...screen, cols: screen.cols - MARGIN_COLS }
  const table = <Row>(columns: Column<Row>[], rows: readonly Row[], empty: string): Line[] =>
    rows.length === 0 ? [[span(empty, 'quiet')]] : tableLines(columns, rows, look.cols, look)
  switch (view) {
    case 'status': {
      const lines = statusLines(doc, look)
      return lines.slice(lines.findIndex((line) => line.length === 0) + 1)
    }
    case 'phases': {
      const lines = progressBlock(progressRows(doc), look.cols, look)
      return lines.length > 0 ? lines : [[span('no phases in this layout', 'quiet')]]
    }
    case 'milestones':
      return table(
        milestoneColumns({ ...look, zone: doc.timezone }),
        doc.milestones,
        'no milestones in this layout',
      )
    case 'gates':
      return table(gateColumns(look, look.now), doc.gates, 'no gates in this session')
    case 'workers':
      return workersPage(workers, look)
    case 'github':
      return githubPage(doc, look.cols, look)
    case 'monitor':
    case 'queue':
    case 'events':
    case 'escalations':
      return null
  }
}

function workersPage(doc: WorkersDocument | null, look: PageLook): Line[] {
  if (doc === null) return [[span('asking the daemon …', 'quiet')]]
  if (doc.workers.length === 0) return [[span('no agents in this session', 'quiet')]]
  const workers = tableLines(workerColumns(look), doc.workers, look.cols, look)
  return doc.matrix.length === 0
    ? workers
    : [...workers, [], ...tableLines(matrixColumns(), doc.matrix, look.cols, look)]
}
