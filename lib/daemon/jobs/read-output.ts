/** The output of a job as the launcher kept it on its machine: as one file, or as beginning, number of bytes, end. */
import { gunzipSync } from 'node:zlib'
import type { PlacedJob } from '../machines/job-name.js'

/** What the launcher keeps of the beginning is up to 3 MB, of the end 2 MB. */
const MAX_PART = 4 * 1024 * 1024
/** Others use the same link and the same shell: nobody waits for more than this. */
const CHUNK = 256 * 1024
const TIMEOUT_MS = 30_000

// The first byte tells how the rest comes.
const READ = `
cd -P "$1/gen.1" 2>/dev/null && [ -f "$2" ] && [ ! -h "$2" ] || exit 0
part() { tail -c "+$2" <"$1" | head -c "$3"; }
if command -v gzip >/dev/null; then printf z; part "$2" "$3" "$4" | gzip -1; else printf r; part "$2" "$3" "$4"; fi`

/** @param from how many bytes to leave out at its beginning. null: there is no such file. */
export async function readPart({ host, name }: PlacedJob, file: string, from = 0): Promise<Buffer | null> {
  const parts: Buffer[] = []
  for (let at = from; at < MAX_PART;) {
    const said = await host.shell.must(READ, {
      args: [host.paths.start(name), file, String(at + 1), String(CHUNK)],
      maxBytes: CHUNK + 64 * 1024,
      timeoutMs: TIMEOUT_MS,
      lane: 'bulk',
      purpose: 'read',
    })
    if (said.length === 0) return parts.length === 0 ? null : Buffer.concat(parts)
    const bytes = said.subarray(1)
    const part = said[0] === 0x7a ? gunzipSync(bytes, { maxOutputLength: CHUNK }) : bytes
    parts.push(part)
    at += part.length
    if (part.length < CHUNK) break
  }
  return Buffer.concat(parts)
}

/** All that was kept. null: nothing is there. Where something is left out in the middle a line says how much. */
export async function readWhole(job: PlacedJob): Promise<Buffer | null> {
  const begin = await readPart(job, 'output.begin')
  if (begin === null) return readPart(job, 'output')
  const rest = Number((await readPart(job, 'output.rest'))?.toString('latin1') ?? 0) || 0
  // What was cut off may have an end and no number.
  const end = (await readPart(job, 'output.end')) ?? Buffer.alloc(0)
  return joinOutput(begin, rest, end)
}

/** @param rest how many bytes came after `begin`; @param end the last bytes of all */
export function joinOutput(begin: Buffer, rest: number, end: Buffer): Buffer {
  const left = rest - end.length
  if (left <= 0) return Buffer.concat([begin, end.subarray(end.length - Math.max(0, rest))])
  return Buffer.concat([begin, Buffer.from(`\n[${left} bytes left out here]\n`), end])
}
