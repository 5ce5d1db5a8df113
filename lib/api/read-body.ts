import type { IncomingMessage } from 'node:http'
import { OrchestraError } from '../core/errors.js'
import { JsonBounds } from './json-bounds.js'

/** A prompt may hold a megabyte; JSON escapes can multiply it. */
const MAX_BODY_BYTES = 8 * 1024 * 1024
/** What is refused is read to its end, or whoever sends it could not read why. */
const MAX_DROPPED_BYTES = 64 * 1024 * 1024

/** The JSON of a request, undefined without one. Fails with `details.status` for what is not taken. */
export async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  const bounds = new JsonBounds()
  let size = 0
  let refused: OrchestraError | null = null
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > MAX_DROPPED_BYTES) break
    if (size > MAX_BODY_BYTES) refused = refusal('the request is too large', 413)
    if (refused !== null) continue
    const problem = bounds.push(chunk)
    if (problem === null) chunks.push(chunk)
    else refused = refusal(problem, 400)
  }
  if (refused !== null) throw refused
  return parseJson(Buffer.concat(chunks).toString('utf8'))
}

function refusal(message: string, status: number): OrchestraError {
  return new OrchestraError(message, { kind: 'usage', details: { status } })
}

/** Copies to objects without a prototype, and drops names that could reach one. */
function parseJson(text: string): unknown {
  if (text === '') return undefined
  try {
    return JSON.parse(text, (key, value: unknown) => (key === '__proto__' ? undefined : value))
  } catch (cause) {
    throw new OrchestraError('the request is not JSON', { kind: 'usage', cause })
  }
}
