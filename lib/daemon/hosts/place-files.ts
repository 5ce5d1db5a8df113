/** Several small files onto a host in one round trip, each whole: written beside its place, then renamed. */
import { shellQuote } from '../../core/shell-quote.js'
import type { Shell } from '../../exec/shell.js'

export interface PlacedFile {
  readonly path: string
  readonly text: string
  readonly mode?: '600' | '700'
  /** For directories that nobody looks into before they are complete: written in place, no rename. */
  readonly direct?: boolean
}

export async function placeFiles(shell: Shell, files: readonly PlacedFile[], then = ''): Promise<Buffer> {
  const dirs = [...new Set(files.map((f) => f.path.slice(0, f.path.lastIndexOf('/'))))]
  const lines = ['umask 077', `mkdir -p ${dirs.map(shellQuote).join(' ')} || exit 1`]
  for (const { path, text, mode = '600', direct = false } of files) {
    const target = direct ? path : `${path}.new`
    lines.push(`printf %s ${shellQuote(text)} > ${shellQuote(target)} || exit 1`)
    if (mode === '700') lines.push(`chmod 700 ${shellQuote(target)} || exit 1`)
    if (!direct) lines.push(`mv -f ${shellQuote(target)} ${shellQuote(path)} || exit 1`)
  }
  if (then !== '') lines.push(then)
  return shell.must(lines.join('\n'), { timeoutMs: 30_000 })
}
