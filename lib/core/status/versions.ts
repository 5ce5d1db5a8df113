/** Version ranges of rules: `>=2.1.200 <3`. Pre-release suffixes count for nothing. */

export function parseVersion(text: string): readonly number[] | undefined {
  const match = /(\d+)\.(\d+)(?:\.(\d+))?/.exec(text)
  if (match !== null) return [Number(match[1]), Number(match[2]), Number(match[3] ?? 0)]
  const whole = /^\D*(\d+)\s*$/.exec(text)
  return whole === null ? undefined : [Number(whole[1]), 0, 0]
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < 3; i += 1) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

/** True when the version is unknown: then every range is worth a try. */
export function inRange(version: string | null | undefined, range: string | undefined): boolean {
  const actual = version === null || version === undefined ? undefined : parseVersion(version)
  if (range === undefined || actual === undefined) return true
  return range
    .split(/\s+/)
    .filter((part) => part !== '')
    .every((part) => {
      const [, operator = '', text = ''] = /^(>=|<=|>|<|=)?(.*)$/.exec(part) ?? []
      const wanted = parseVersion(text)
      if (wanted === undefined) return false
      const order = compare(actual, wanted)
      switch (operator) {
        case '>=':
          return order >= 0
        case '<=':
          return order <= 0
        case '>':
          return order > 0
        case '<':
          return order < 0
        default:
          return order === 0
      }
    })
}
