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
  const lines = ['umask 077']
  // As few processes as can be: tasks wait for this.
  for (const dir of new Set(files.map((file) => folderOf(file.path)))) {
    const here = files.filter((file) => folderOf(file.path) === dir)
    const renamed = here.filter((file) => file.direct !== true)
    const beside = `${dir}/.new`
    lines.push(makeDir(renamed.length > 1 ? beside : dir))
    for (const { path, text, mode = '600', direct = false } of here) {
      const target = direct ? path : renamed.length > 1 ? `${beside}${path.slice(dir.length)}` : `${path}.new`
      lines.push(`printf %s ${shellQuote(text)} > ${shellQuote(target)} || exit 1`)
      if (mode === '700') lines.push(`chmod 700 ${shellQuote(target)} || exit 1`)
    }
    const [only] = renamed
    if (renamed.length > 1) {
      const sources = renamed.map(({ path }) => shellQuote(`${beside}${path.slice(dir.length)}`))
      lines.push(`mv -f ${sources.join(' ')} ${shellQuote(`${dir}/`)} || exit 1`)
    } else if (only !== undefined) {
      lines.push(`mv -f ${shellQuote(`${only.path}.new`)} ${shellQuote(only.path)} || exit 1`)
    }
  }
  if (then !== '') lines.push(then)
  return shell.must(lines.join('\n'), { timeoutMs: 30_000 })
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'))
}

function makeDir(path: string): string {
  return `[ -d ${shellQuote(path)} ] || mkdir -p ${shellQuote(path)} || exit 1`
}
