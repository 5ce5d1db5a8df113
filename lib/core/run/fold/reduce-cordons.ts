import { cordonKey } from '../../cordon/cordon-record.js'
import type { RunEvent } from '../events.js'
import type { Fold } from './fold.js'

type CordonEvent = Extract<RunEvent, { type: `cordon.${string}` }>

/** The first one counts: who said it, and since when. */
export function reduceCordon({ state }: Fold, { type, kind, id, by, at }: CordonEvent): void {
  const key = cordonKey(kind, id)
  if (type === 'cordon.lifted') state.cordons.delete(key)
  else if (!state.cordons.has(key)) state.cordons.set(key, { kind, id, by, at })
}
