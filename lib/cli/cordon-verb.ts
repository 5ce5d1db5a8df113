import type { CordonAnswer } from '../core/protocol/api.js'
import { fix } from '../core/fixes.js'
import type { RunVerb } from './verb.js'

/** The work of `cordon` and `uncordon`. */
export function cordonVerb(name: 'cordon' | 'uncordon'): RunVerb {
  return async (c) => {
    const client = await c.connect()
    const answer = await client.post<CordonAnswer>(
      `/v1/${name}/${encodeURIComponent(c.positionals[0] ?? '')}`,
    )
    const { id, cordoned, changed } = answer
    const says = cordoned
      ? `${id}: no new work before \`${fix('cordon.lift', id)}\`; what it works on goes on`
      : `${id}: takes work again`
    const unchanged = `${id}: ${cordoned ? 'was cordoned already' : 'was not cordoned'}`
    c.out(c.json ? `${JSON.stringify(answer)}\n` : `${changed ? says : unchanged}\n`)
    return 0
  }
}
