import { cordonKey, CORDONED_KINDS, type CordonedKind } from '../../core/cordon/cordon-record.js'
import { OrchestraError } from '../../core/errors.js'
import { fix } from '../../core/fixes.js'
import { askedId } from '../../core/ids.js'
import { didYouMean } from '../../core/layout/did-you-mean.js'
import type { Principal } from '../../core/principal.js'
import type { CordonAnswer } from '../../core/protocol/api.js'
import type { RunState } from '../../core/run/state.js'
import type { Daemon } from '../daemon.js'

/** Asked twice, it is so: nothing is journalled the second time. */
export function setCordon(daemon: Daemon, asked: string, cordoned: boolean, by: Principal): CordonAnswer {
  const { loop, clock } = daemon
  const { kind, id } = cordonable(loop.state, asked)
  const changed = loop.state.cordons.has(cordonKey(kind, id)) !== cordoned
  if (changed)
    loop.dispatch({ type: cordoned ? 'cordon.set' : 'cordon.lifted', at: clock.now(), kind, id, by })
  return { kind, id, cordoned, changed }
}

/** `ID`, or `agent:ID` and `machine:ID` where both are called so. */
function cordonable(state: RunState, asked: string): { readonly kind: CordonedKind; readonly id: string } {
  const [, named, id = ''] = /^(?:([a-z]+):)?(.*)$/s.exec(asked) ?? []
  const isThere = (kind: CordonedKind) =>
    state.cordons.has(cordonKey(kind, id)) ||
    (kind === 'agent'
      ? (state.agents.get(askedId(id))?.wanted ?? 'removed') !== 'removed'
      : state.machines.has(askedId(id)))
  const found = CORDONED_KINDS.filter((kind) => (named === undefined || named === kind) && isThere(kind))
  const [kind, other] = found
  if (kind === undefined)
    throw new OrchestraError(
      `there is no agent and no machine ${asked}${didYouMean(id, [...state.agents.keys(), ...state.machines.keys()])}`,
      { kind: 'usage', hint: `\`${fix('status.look')}\` lists them.` },
    )
  if (other !== undefined)
    throw new OrchestraError(`${id} is an agent and a machine`, {
      kind: 'usage',
      hint: `Say which is meant: agent:${id} or machine:${id}.`,
    })
  return { kind, id }
}
