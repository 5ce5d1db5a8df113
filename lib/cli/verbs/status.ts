import type { StatusDocument } from '../../core/protocol/status.js'
import { attentionViews } from '../../core/view/attention.js'
import { renderStatus } from '../render/status.js'
import type { Verb, VerbContext } from '../verb.js'

export const run: Verb = async (c) => {
  const client = await c.connect()
  if (!c.flag('watch')) {
    const doc = await client.get<StatusDocument>('/v1/status')
    c.out(c.json ? `${JSON.stringify(doc)}\n` : renderStatus(doc, { ...look(c), now: Date.now() }))
    return c.flag('exit-code') && attentionViews(doc, Date.now()).some((view) => view.isHuman) ? 1 : 0
  }
  if (c.json) {
    await client.stream('/v1/stream?only=status', ({ data }) => c.out(`${JSON.stringify(data)}\n`))
    return 3
  }
  return (await import('./status-watch.js')).watchStatus(client, c)
}

export function look(c: VerbContext): { cols: number; ascii: boolean; color: boolean } {
  return { cols: c.cols, ascii: c.ascii, color: c.color }
}
