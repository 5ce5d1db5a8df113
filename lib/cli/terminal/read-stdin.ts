import { OrchestraError } from '../../core/errors.js'

const MAX_BYTES = 4 * 1024 * 1024

export async function readStdin(): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > MAX_BYTES) throw new OrchestraError('standard input holds more than 4 MB', { kind: 'usage' })
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
