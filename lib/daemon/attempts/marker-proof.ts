import type { AgentId } from '../../core/ids.js'
import type { Marker } from '../../core/markers/marker.js'
import type { DaemonContext } from '../context.js'

const OUTCOME = { DONE: 'done', FAIL: 'fail', BLOCKED: 'blocked' } as const

/** A marker with the nonce of the very attempt that the agent works on. Any other is nobody's word. */
export function markerProof(agent: AgentId, marker: Marker, context: DaemonContext): void {
  const { loop, clock } = context
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
  context.observer.expect(agent, null)
  loop.dispatch({
    type: 'attempt.proved',
    at: clock.now(),
    attempt: attempt.id,
    proof: { kind: 'marker', outcome: OUTCOME[marker.word], text: null, exitCode: null },
  })
}
