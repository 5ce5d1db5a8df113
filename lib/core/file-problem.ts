/** What an operating system says of a file or a directory, in words. Node's errors carry it in fields. */
const WORDS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space is left',
  EDQUOT: 'the quota is used up',
  ENOENT: 'no such file or directory',
  ENOTDIR: 'a part of its path is not a directory',
  EISDIR: 'it is a directory',
  ENAMETOOLONG: 'the name is too long',
  ELOOP: 'its symbolic links go in a circle',
  EIO: 'the device failed',
  EMFILE: 'too many files are open',
  ENFILE: 'too many files are open',
}

const NO_PATH: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'EIO', 'EROFS'])

const DOING: Readonly<Record<string, string>> = {
  mkdir: 'make the directory',
  open: 'open',
  write: 'write',
  rename: 'replace',
  unlink: 'remove',
  scandir: 'list',
}

export function errorWords(code: string): string | undefined {
  return WORDS[code]
}

/** `cannot make the directory /x/y: permission denied`; undefined for everything that is not about a file. */
export function fileProblem(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  const { code, syscall, path } = error as { code?: unknown; syscall?: unknown; path?: unknown }
  if (typeof code !== 'string' || typeof syscall !== 'string') return undefined
  const why = WORDS[code]
  if (why === undefined) return undefined
  // A descriptor that was open already has no path: what fills up is a disk.
  if (typeof path !== 'string')
    return NO_PATH.has(code) ? `cannot ${DOING[syscall] ?? syscall}: ${why}` : undefined
  return `cannot ${DOING[syscall] ?? syscall} ${path}: ${why}`
}
