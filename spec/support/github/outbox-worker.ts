/** A process that may be killed at any moment: creates issues for tasks by an outbox, over the store in a directory. */
import type { Work } from '../../../lib/core/github/outbox-row.js'
import { openOutbox, type OutboxPlace } from './outbox-rig.js'

export interface WorkerOrder extends OutboxPlace {
  readonly dir: string
  readonly tasks: number
}

export function issueFor(task: string): Work {
  return {
    kind: 'issue',
    subject: task,
    title: `Task ${task}`,
    body: `What is to be done for ${task}.`,
    trailer: '',
    needs: [],
    labels: ['orchestra'],
    milestone: null,
  }
}

const order = JSON.parse(process.argv[2] ?? '{}') as WorkerOrder
const rig = await openOutbox(order.dir, order)
for (let n = 1; n <= order.tasks; n += 1) rig.outbox.enqueue(issueFor(`T-${n}`))
process.send?.('ready')
await rig.introduce()
rig.outbox.start()
await rig.drained(600_000)
rig.close()
process.send?.('done')
process.disconnect?.()
