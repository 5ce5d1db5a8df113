/** Is this directory one of those, or below one of them? Absolute paths. */
export function isTrusted(cwd: string, autoTrust: readonly string[]): boolean {
  return autoTrust.some((dir) => {
    const root = dir.replace(/\/+$/, '')
    return cwd === root || cwd.startsWith(`${root}/`)
  })
}
