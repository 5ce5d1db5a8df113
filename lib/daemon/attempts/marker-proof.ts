import type { AgentId } from '../../core/ids.js'
import type { Marker } from '../../core/markers/marker.js'
import type { Kernel } from '../kernel/kernel.js'
import type { Observer } from '../observe/observer.js'

export interface ProofNeeds {
  readonly kernel: Pick<Kernel, 'loop' | 'clock'>
  readonly observer: Pick<Observer, 'expect'>
}

const OUTCOME = { DONE: 'done', FAIL: 'fail', BLOCKED: 'blocked' } as const

/** A marker with the nonce of the very attempt that the agent works on. Any other is nobody's word. */
export function markerProof(agent: AgentId, marker: Marker, { kernel, observer }: ProofNeeds): void {
  const { loop, clock } = kernel
  const id = loop.state.agents.get(agent)?.attempt
  const attempt = id == null ? undefined : loop.state.attempts.get(id)
  if (
    attempt === undefined ||
    attempt.phase === 'ended' ||
    attempt.nonce !== marker.nonce ||
    attempt.proof !== null
  )
    return
  if (marker.word === 'PROGRESS') {
    if (marker.progress === null || marker.progress <= (attempt.progress ?? -1)) return
    loop.dispatch({
      type: 'attempt.progressed',
      at: clock.now(),
      attempt: attempt.id,
      progress: marker.progress,
      text: attempt.text,
      checkpoint: attempt.checkpoint,
    })
    return
  }
  observer.expect(agent, null)
  loop.dispatch({
    type: 'attempt.proved',
    at: clock.now(),
    attempt: attempt.id,
    proof: { kind: 'marker', outcome: OUTCOME[marker.word], text: null, exitCode: null },
  })
}
