import type { AgentId } from '../../core/ids.js'
import { parseMarkers } from '../../core/markers/find-markers.js'
import type { DaemonContext } from '../context.js'
import type { Host } from '../hosts/host.js'
import { markerProof } from './marker-proof.js'

const LOOK_BACK_BYTES = 512 * 1024

/** What an agent printed while nobody listened may have left its screen long ago; its log has it. */
export async function readMissedMarkers(id: AgentId, host: Host, context: DaemonContext): Promise<void> {
  const { loop } = context
  const attempt = loop.state.agents.get(id)?.attempt
  if (attempt == null || loop.state.attempts.get(attempt)?.proof !== null) return
  const log = await host.readLog(id, LOOK_BACK_BYTES)
  // Only the marker of the attempt that it works on counts; those before it carry other nonces.
  for (const marker of parseMarkers(Buffer.from(log, 'utf8'))) markerProof(id, marker, context)
}
