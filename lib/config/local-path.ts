import { isAbsolute, join, resolve } from 'node:path'

/** A path of this machine as a layout says it: `~` is HOME, a relative one starts from the layout's directory. */
export function localPath(
  path: string,
  { directory, home }: { readonly directory: string; readonly home: string },
): string {
  if (path === '~' || path.startsWith('~/')) return join(home, path.slice(1))
  return isAbsolute(path) ? resolve(path) : resolve(directory, path)
}
