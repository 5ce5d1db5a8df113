import { cordonKey, CORDONED_KINDS, type CordonedKind } from '../../core/cordon/cordon-record.js'
import { askedId } from '../../core/ids.js'
import { whichKind } from '../../core/layout/which-kind.js'
import type { Principal } from '../../core/principal.js'
import type { CordonAnswer } from '../../core/protocol/api.js'
import type { RunState } from '../../core/run/state.js'
import type { Daemon } from '../daemon.js'

/** Journals only a change: a cordon that is set twice is one event. */
export function setCordon(daemon: Daemon, asked: string, cordoned: boolean, by: Principal): CordonAnswer {
  const { loop, clock } = daemon
  const { kind, id } = cordonable(loop.state, asked)
  const changed = loop.state.cordons.has(cordonKey(kind, id)) !== cordoned
  if (changed)
    loop.dispatch({ type: cordoned ? 'cordon.set' : 'cordon.lifted', at: clock.now(), kind, id, by })
  return { kind, id, cordoned, changed }
}

/** @throws OrchestraError: nothing is called so, or an agent and a machine are */
function cordonable(state: RunState, asked: string): { readonly kind: CordonedKind; readonly id: string } {
  const { agents, machines, cordons } = state
  return whichKind(asked, {
    kinds: CORDONED_KINDS,
    isThere: (kind, id) =>
      cordons.has(cordonKey(kind, id)) ||
      (kind === 'agent'
        ? (agents.get(askedId(id))?.wanted ?? 'removed') !== 'removed'
        : machines.has(askedId(id))),
    names: () => [...agents.keys(), ...machines.keys()],
    called: 'agent and no machine',
  })
}
