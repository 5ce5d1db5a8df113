/** Small files onto a host in one round trip, each whole. The host's side, and what it protects from: `place-script.ts`. */
import { randomBytes } from 'node:crypto'
import { OrchestraError } from '../../core/errors.js'
import { shellQuote } from '../../core/shell-quote.js'
import type { Shell } from '../../exec/shell.js'
import { PLACE_PRELUDE } from './place-script.js'

export interface PlacedFile {
  readonly path: string
  readonly text: string
  readonly mode?: '600' | '700'
}

/** Something that was no file of ours stood where we write; it was put aside. */
export interface Planted {
  /** Below the host's root. */
  readonly name: string
  readonly kind: string
}

export interface Placed {
  readonly planted: readonly Planted[]
  /** Other lines that the script printed. */
  readonly said: readonly string[]
}

/** The host's `sh` serves everybody: no placing may keep it longer, and none has to. */
const BUSY_MS = 3000
/** On a machine that hardly gets to run anything: the others are served in between. */
const TRIES = 3

/** @param root the host's own directory; agents may write below its directories, never right in it */
export function placeFiles(shell: Shell, root: string, files: readonly PlacedFile[]): Promise<Placed> {
  return runPlacing(shell, root, placeLines(root, files))
}

/** `lines` behind the prelude, again when the machine did not come to an end with them: they must bear that. */
export async function runPlacing(
  shell: Shell,
  root: string,
  lines: readonly string[],
  busyMs = BUSY_MS,
): Promise<Placed> {
  const tokens: string[] = []
  for (let left = TRIES; ; left -= 1) {
    const token = randomBytes(12).toString('hex')
    const head = [
      // What a try left that was cut off may hold secrets.
      ...tokens.map((old) => `rm -rf ${shellQuote(`${root}/.new.${old}/put`)}`),
      `root=${shellQuote(root)} token=${token}`,
      PLACE_PRELUDE,
    ]
    tokens.push(token)
    try {
      const output = await shell.must([...head, ...lines].join('\n'), { timeoutMs: 30_000, busyMs })
      return parsePlaced(shell, `${root}/.new.${token}`, output.toString('utf8'))
    } catch (error) {
      const late = error instanceof OrchestraError && error.details['reason'] === 'deadline'
      if (!late || error.details['delivered'] === 'not_sent' || left <= 1) throw error
    }
  }
}

/** Shell lines that put files in their places; each directory on the way is made, and is no link. */
export function placeLines(root: string, files: readonly PlacedFile[], before = ''): string[] {
  const lines: string[] = []
  const folders = [...new Set(files.map(({ path }) => folderOf(path)))]
  for (const [i, folder] of folders.entries()) {
    const here = files.filter(({ path }) => folderOf(path) === folder)
    const names = here.map(({ path }) => shellQuote(path.slice(folder.length + 1)))
    const below = folder === root || folder.startsWith(`${root}/`)
    lines.push(
      below
        ? `beside=$fresh/put/${i}`
        : `mkdir -p ${shellQuote(folder)} && cd ${shellQuote(folder)} || exit 1`,
    )
    // Another file system perhaps, and no place of an agent's: a file is renamed within it.
    if (!below) lines.push(`beside=./.orchestra.$token.${i}`)
    lines.push('mkdir "$beside" || exit 1', ...writeLines('"$beside"', here))
    if (below) lines.push(enterLine(root, folder))
    lines.push(`clear_way ${names.join(' ')}`)
    if (before !== '') lines.push(before)
    lines.push(`mv -f ${names.map((name) => `"$beside"/${name}`).join(' ')} ./ || exit 1`)
    if (!below) lines.push('rmdir "$beside"')
  }
  return lines
}

/** Into a directory of which nobody else knows. @param dir a shell word */
export function writeLines(dir: string, files: readonly PlacedFile[]): string[] {
  return files.flatMap(({ path, text, mode = '600' }) => {
    const target = `${dir}/${shellQuote(path.slice(path.lastIndexOf('/') + 1))}`
    const write = `printf %s ${shellQuote(text)} > ${target} || exit 1`
    return mode === '700' ? [write, `chmod 700 ${target} || exit 1`] : [write]
  })
}

export function enterLine(root: string, folder: string): string {
  const parts = folder.slice(root.length + 1).split('/')
  return `enter ${parts
    .filter((part) => part !== '')
    .map(shellQuote)
    .join(' ')}`
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'))
}

const PLANTED = /^planted (\S+) (a \w+)$/

function parsePlaced(shell: Shell, fresh: string, output: string): Placed {
  const lines = output.split('\n').filter(Boolean)
  const found = lines.map((line) => PLANTED.exec(line))
  const planted = found.flatMap((match) => (match === null ? [] : [{ name: match[1]!, kind: match[2]! }]))
  if (planted.length > 0)
    void shell.run('rm -rf -- "$1"', { args: [fresh], lane: 'bulk' }).catch(() => {
      // The next connection sweeps.
    })
  return { planted, said: lines.filter((_, i) => found[i] === null) }
}
