import { fix } from '../../core/fixes.js'
import { OrchestraError } from '../../core/errors.js'
import { askedId } from '../../core/ids.js'
import { didYouMean } from '../../core/layout/did-you-mean.js'
import type { TaskRecord } from '../../core/run/state.js'
import type { Reading } from '../kernel/reading.js'

/** @throws OrchestraError(usage) with the name that may have been meant. */
export function taskOf({ loop }: { readonly loop: Pick<Reading['loop'], 'state'> }, id: string): TaskRecord {
  const { tasks } = loop.state
  const task = tasks.get(askedId(id))
  if (task !== undefined) return task
  throw new OrchestraError(`there is no task ${id}${didYouMean(id, tasks.keys())}`, {
    kind: 'usage',
    hint: `\`${fix('task.list')}\` lists them.`,
  })
}
