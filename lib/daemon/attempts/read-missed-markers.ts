import type { AgentId } from '../../core/ids.js'
import { parseMarkers } from '../../core/markers/find-markers.js'
import type { Host } from '../machines/host.js'
import { readMarkers } from './read-markers.js'
import { markerProof, type ProofNeeds } from './marker-proof.js'

/** What an agent printed while nobody listened may have left its screen long ago; its log has it. */
export async function readMissedMarkers(id: AgentId, host: Host, needs: ProofNeeds): Promise<void> {
  const { attempts, agents } = needs.kernel.loop.state
  const working = agents.get(id)?.attempt
  const attempt = working == null ? undefined : attempts.get(working)
  if (attempt === undefined || attempt.proof !== null || attempt.headless) return
  const log = await readMarkers(host.shell, host.paths.log(id), attempt.nonce)
  // Only the marker of the attempt that it works on counts; those before it carry other nonces.
  for (const marker of parseMarkers(log)) markerProof(id, marker, needs)
}
