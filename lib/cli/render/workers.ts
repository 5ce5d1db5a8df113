import type { WorkersDocument } from '../../core/protocol/workers.js'
import { matrixColumns, workerColumns } from '../../core/view/worker-columns.js'
import type { RenderOptions } from './options.js'
import { renderTable } from './tables.js'

export function renderWorkers(doc: WorkersDocument, options: RenderOptions): string {
  const workers = renderTable(workerColumns(options), doc.workers, options, 'no agents in this session')
  if (doc.matrix.length === 0) return workers
  return `${workers}\n${renderTable(matrixColumns(), doc.matrix, options, '')}`
}
