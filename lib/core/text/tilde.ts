/** A directory as a person writes it: below HOME with `~`. null is HOME itself. */
export function tilde(path: string | null, home: string | null): string {
  if (path === null || path === home) return '~'
  if (home === null || home === '/' || !path.startsWith(`${home}/`)) return path
  return `~${path.slice(home.length)}`
}
