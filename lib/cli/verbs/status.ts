import type { ApiClient } from '../../api/client.js'
import { OrchestraError } from '../../core/errors.js'
import { needsYou } from '../../core/protocol/needs-you.js'
import type { StatusPage } from '../../core/protocol/api.js'
import type { StatusDocument } from '../../core/protocol/status.js'
import { isStored } from '../is-stored.js'
import { look } from '../look.js'
import { programLine } from '../program-line.js'
import { paintAll } from '../render/paint.js'
import type { Verb, VerbContext } from '../verb.js'
import { flag } from '../verb-arguments.js'

export const status: Verb = {
  name: 'status',
  permission: 'status:read',
  describe: 'what needs a human, agents, tasks, machines',
  positionals: [],
  options: {
    watch: flag('keep showing it', 'w'),
    'exit-code': flag('exit 1 if something needs a human, 3 if no daemon runs'),
  },
  example: 'orchestra status --watch',
  run: async (c) => {
    const client = await c.connect()
    if (!c.flag('watch')) {
      const shown = c.json ? await printDocument(client, c) : await printPage(client, c)
      if (!c.flag('exit-code')) return 0
      return shown.isStored ? 3 : shown.needsYou > 0 ? 1 : 0
    }
    if (c.json) {
      await client.stream('/v1/stream?only=status', ({ data }) => c.out(`${JSON.stringify(data)}\n`))
      return 3
    }
    return (await import('../watch-status.js')).watchStatus(client, c)
  },
}

interface Shown {
  /** So many things need a human. */
  readonly needsYou: number
  readonly isStored: boolean
}

async function printDocument(client: ApiClient, c: VerbContext): Promise<Shown> {
  const doc = await client.get<StatusDocument>('/v1/status')
  c.out(`${JSON.stringify(doc)}\n`)
  return { needsYou: needsYou(doc.summary.attention), isStored: isStored(doc) }
}

async function printPage(client: ApiClient, c: VerbContext): Promise<Shown> {
  const offset = -new Date().getTimezoneOffset()
  const program = encodeURIComponent(programLine(c))
  const query = `cols=${c.cols}&ascii=${c.ascii ? 1 : 0}&offset=${offset}&program=${program}`
  try {
    const page = await client.get<StatusPage>(`/v1/status/lines?${query}`)
    c.out(paintAll(page.lines, c.color))
    return { needsYou: page.attention, isStored: isStored(page) }
  } catch (error) {
    // A daemon of an earlier version does not know the path.
    if (!(error instanceof OrchestraError) || error.kind !== 'usage') throw error
  }
  const doc = await client.get<StatusDocument>('/v1/status')
  const { renderStatus } = await import('../render/status.js')
  c.out(renderStatus(doc, { ...look(c), now: Date.now() }))
  return { needsYou: needsYou(doc.summary.attention), isStored: false }
}
