/**
 * Submodules that a commit names without saying where they come from: `actions/checkout` with submodules ends with "No url
 * found for submodule path", and the working copy shows it before GitHub does.
 */

/**
 * @param gitlinks paths of entries of mode 160000, as `git ls-files -s` writes them
 * @param modules lines `submodule.NAME.path VALUE` and `submodule.NAME.url VALUE` of .gitmodules
 */
export function bareGitlinks(gitlinks: readonly string[], modules: readonly string[]): readonly string[] {
  const named = new Map<string, { path?: string; url?: string }>()
  for (const line of modules) {
    const [, name = '', key = '', value = ''] = /^submodule\.(.*)\.(path|url) (.*)$/.exec(line) ?? []
    if (key !== '') named.set(name, { ...named.get(name), [key]: value })
  }
  const known = new Set(
    [...named.values()].flatMap(({ path, url }) => (path && url ? [path.replace(/\/+$/, '')] : [])),
  )
  return gitlinks.map(unquoted).filter((path) => path !== '' && !known.has(path))
}

/** Git writes a name with unusual bytes in quotes, with their octal numbers. */
function unquoted(path: string): string {
  if (!path.startsWith('"')) return path
  const NAMED: Readonly<Record<string, number>> = { a: 7, b: 8, t: 9, n: 10, v: 11, f: 12, r: 13 }
  const bytes: number[] = []
  for (const [piece] of path.slice(1, -1).matchAll(/\\[0-7]{3}|\\.|[^\\]/gs)) {
    if (/^\\[0-7]{3}$/.test(piece)) bytes.push(Number.parseInt(piece.slice(1), 8))
    else bytes.push(NAMED[piece.at(1) ?? ''] ?? piece.charCodeAt(piece.length - 1))
  }
  try {
    return decodeURIComponent(bytes.map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''))
  } catch {
    // No UTF-8: as git shows it.
    return path
  }
}
