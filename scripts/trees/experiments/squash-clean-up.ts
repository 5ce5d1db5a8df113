import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { TreesDocument } from '../../../lib/core/protocol/trees.js'
import { git } from '../../../spec/support/checkout.js'
import { eventually } from '../../../spec/support/eventually.js'
import { Orchestra } from '../../../spec/support/orchestra.js'
import type { Experiment } from './experiment.js'
import { holdSlots } from './held-slots.js'

const SLOTS = 50

export const squashCleanUp: Experiment = {
  number: 11,
  what: `${SLOTS} branches of ${SLOTS} slots squashed, then all slots removed`,
  run: async () => {
    const orchestra = new Orchestra()
    const problems: string[] = []
    try {
      const more = `merges: { app: { how: squash, batch: ${SLOTS} } }`
      await holdSlots(orchestra, { count: SLOTS, busy: 0, keep: '20s', more })
      const status = await orchestra.untilStatus((doc) => {
        const open = doc.tasks.filter(({ landed }) => landed === null).length
        if (open > 0) throw new Error(`${open} have not landed: ${JSON.stringify(doc.merges)}`)
        return doc
      }, 600_000)
      const [root = ''] = readdirSync(join(orchestra.work, 'trees'))
      const mirror = join(orchestra.work, 'trees', root, 'mirror.git')
      const squashed = git(mirror, 'rev-list', '--count', '--no-merges', 'refs/orchestra/landed/main')
      if (Number(squashed) !== SLOTS + 1) problems.push(`${squashed} commits in main`)
      await eventually(async () => {
        const { slots, leaks } = await orchestra.json<TreesDocument>('trees')
        const kept = slots.map(({ id, state, reason }) => `${id} ${state} ${reason}`)
        if (slots.length > 0) throw new Error(`${slots.length} stand: ${kept.slice(0, 3).join('; ')}`)
        if (leaks.length > 0) throw new Error(JSON.stringify(leaks))
      }, 600_000)
      git(mirror, '-c', 'gc.pruneExpire=now', 'gc', '-q', '--prune=now')
      const whole = status.tasks.filter(
        ({ tree }) => git(mirror, 'cat-file', '-t', tree?.head ?? '') === 'commit',
      ).length
      if (whole !== SLOTS) problems.push(`${SLOTS - whole} branches are gone`)
      const figures = `${status.merges[0]?.landed.length} of ${SLOTS} landed, ${SLOTS} slots removed, ${whole} branches whole after gc`
      return { figures, problems }
    } finally {
      await orchestra.close()
    }
  },
}
