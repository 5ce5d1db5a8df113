/** What our programs need; the same stands in package.json. */
const LEAST = [20, 19] as const

/** What a person whose Node is too old should read, before anything else fails in words of its own; null: all is well. */
export function checkNode(version: string): string | null {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if (major > LEAST[0] || (major === LEAST[0] && minor >= LEAST[1])) return null
  return `orchestra needs Node ${LEAST.join('.')} or newer, and this is ${version}: https://nodejs.org\n`
}
