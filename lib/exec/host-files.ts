import { randomBytes } from 'node:crypto'
import { OrchestraError } from '../core/errors.js'
import type { RunOptions, Shell } from './shell.js'

export type ReadFile =
  | {
      readonly kind: 'file'
      readonly bytes: Buffer
      /** There is more than was asked for. */ readonly truncated: boolean
    }
  | { readonly kind: 'absent' }
  /** Not read: a link, a directory, a FIFO, a device, or without permission. */
  | { readonly kind: 'refused'; readonly why: 'link' | 'not_regular' | 'unreadable' }

type HostOptions = Pick<RunOptions, 'timeoutMs' | 'lane'>

/** `~/` at the start is the host's HOME. */
const EXPAND = `case $f in '~') f=$HOME;; '~/'*) f=$HOME/\${f#'~/'};; esac`

const PUT = `
f=$1; ${EXPAND}
umask 077
[ -d "$f" ] && { echo "$f is a directory" >&2; exit 1; }
case $f in */*) mkdir -p "\${f%/*}" || exit 1;; esac
t=$f.$2.tmp
set -C
cat >"$t" && chmod "$3" "$t" && mv -f "$t" "$f" || { rm -f "$t"; exit 1; }`

/**
 * Writes a file of the host whole: beside it, then renamed over it, so that a reader sees the old bytes or the new.
 * Directories that are missing are made, 0700. Up to some MB. `path` absolute or `~/…`; `mode` as in 0o600.
 */
export async function putFile(
  shell: Shell,
  path: string,
  bytes: Buffer,
  mode: number,
  options: HostOptions = {},
): Promise<void> {
  const args = [path, randomBytes(8).toString('hex'), mode.toString(8).padStart(4, '0')]
  await shell.must(PUT, { ...options, args, ...(bytes.length === 0 ? {} : { stdin: bytes }) })
}

// The kind is told after the mark, then the bytes follow up to the next mark.
const READ = `
n=$1 m=$2; shift 2
for f do
${EXPAND}
if [ -h "$f" ]; then echo "$n link"
elif [ ! -e "$f" ]; then echo "$n absent"
elif [ ! -f "$f" ]; then echo "$n not_regular"
elif [ ! -r "$f" ]; then echo "$n unreadable"
else echo "$n file"; head -c "$m" <"$f"; fi
done`

/**
 * Reads files of the host in one round trip, in the order asked. Links are not followed, only regular files are opened,
 * each is cut at `maxBytesEach`. What the files contain is the host's word: bounded, not believed.
 */
export async function readFiles(
  shell: Shell,
  paths: readonly string[],
  maxBytesEach: number,
  options: HostOptions = {},
): Promise<ReadFile[]> {
  if (paths.length === 0) return []
  const mark = randomBytes(16).toString('hex')
  const maxBytes = paths.length * (maxBytesEach + 64)
  const output = await shell.must(READ, {
    ...options,
    args: [mark, String(maxBytesEach + 1), ...paths],
    maxBytes,
  })
  return parseFiles(output, mark, paths.length, maxBytesEach)
}

/** What a reading script printed: for each file the mark, its kind, and its bytes up to the next mark. */
export function parseFiles(output: Buffer, mark: string, asked: number, maxBytesEach: number): ReadFile[] {
  const files = splitAt(output, Buffer.from(`${mark} `)).map((part) => parseFile(part, maxBytesEach))
  if (files.length !== asked) {
    throw new OrchestraError(`asked for ${asked} files, the host answered ${files.length}`, {
      kind: 'failed',
      details: { delivered: 'answered' },
    })
  }
  return files
}

function splitAt(output: Buffer, mark: Buffer): Buffer[] {
  const parts: Buffer[] = []
  let from = output.indexOf(mark)
  while (from !== -1) {
    const next = output.indexOf(mark, from + mark.length)
    parts.push(output.subarray(from + mark.length, next === -1 ? output.length : next))
    from = next
  }
  return parts
}

function parseFile(part: Buffer, max: number): ReadFile {
  const newline = part.indexOf(10)
  const word = part.subarray(0, newline).toString('latin1')
  const bytes = part.subarray(newline + 1)
  switch (word) {
    case 'file':
      return { kind: 'file', bytes: Buffer.from(bytes.subarray(0, max)), truncated: bytes.length > max }
    case 'absent':
      return { kind: 'absent' }
    case 'link':
    case 'not_regular':
      return { kind: 'refused', why: word }
    default:
      return { kind: 'refused', why: 'unreadable' }
  }
}
