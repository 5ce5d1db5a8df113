/** A pool whose slots are all in use at once: commands that wait for a person to open a pipe. */
import { execFileSync } from 'node:child_process'
import { closeSync, constants, openSync } from 'node:fs'
import { join } from 'node:path'
import type { TreesDocument } from '../../../lib/core/protocol/trees.js'
import { newCheckout } from '../../../spec/support/checkout.js'
import type { Orchestra } from '../../../spec/support/orchestra.js'

const [WAIT_MS, LOOK_MS] = [900_000, 2000]

export interface HeldSlots {
  readonly count: number
  /** How many stay in use. */
  readonly busy: number
  readonly keep?: string
  /** Further sections of the layout. */
  readonly more?: string
}

/** Returns when all but the busy ones have committed their work and given their slot back. */
export async function holdSlots(orchestra: Orchestra, { count, busy, keep, more }: HeldSlots): Promise<void> {
  const at = (name: string) => join(orchestra.work, name)
  newCheckout(at('app'), { 'a.txt': 'a\n' })
  for (const pipe of ['go', 'stay']) execFileSync('mkfifo', [at(pipe)])
  const commit = (id: string) =>
    `echo ${id} > ${id}.txt && git add -A && git -c user.name=a -c user.email=a commit -qm ${id}`
  const tasks = Array.from({ length: count }, (_, n) => {
    const pipe = n < busy ? 'stay' : 'go'
    return `  t${n}: { title: t${n}, tree: app, command: 'cat < ${at(pipe)} && ${commit(`t${n}`)}' }`
  })
  const layout = orchestra.write(
    'held.yaml',
    `version: 1
session: held
machines: { here: { kind: local } }
repositories: { app: { machine_paths: { here: ${at('app')} } } }
trees: { app: { repository: app, size: ${count}, dir: ${at('trees')}${keep === undefined ? '' : `, keep: ${keep}`} } }
${more ?? ''}
tasks:
${tasks.join('\n')}
`,
  )
  await orchestra.ok('up', layout, '-d', '--run')
  await slowly(async () => {
    const { slots } = await orchestra.json<TreesDocument>('trees')
    const ready = slots.filter(({ state }) => state === 'ready').length
    if (ready < count) throw new Error(`${ready} of ${count} are ready`)
  })
  await slowly(async () => {
    openPipe(at('go'))
    const { tasks: rows } = await orchestra.status()
    const done = rows.filter(({ status }) => status === 'COMPLETED').length
    if (done < count - busy) throw new Error(`${done} of ${count - busy} are done`)
  })
}

/** Looks seldom, to leave the machine to what is looked at. */
async function slowly(look: () => Promise<void>): Promise<void> {
  for (const since = performance.now(); ;) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
    try {
      return await look()
    } catch (error) {
      if (performance.now() - since > WAIT_MS) throw error
    }
  }
}

/** Lets each reader that waits for a writer go on; it reads the end of the file. */
function openPipe(path: string): void {
  closeSync(openSync(path, constants.O_RDWR))
}
