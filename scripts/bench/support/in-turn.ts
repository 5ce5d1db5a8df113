/** One thing that is measured: `before` and `after` are not. */
export interface Candidate<Sample> {
  readonly before?: () => Promise<void> | void
  readonly measure: () => Promise<Sample>
  readonly after?: () => Promise<void> | void
}

/**
 * Every candidate once a round, each round beginning with the next one, so that what the machine does besides hits all
 * alike. The first round warms up and does not count.
 */
export async function inTurn<Name extends string, Sample>(
  rounds: number,
  candidates: Readonly<Record<Name, Candidate<Sample>>>,
  say?: (text: string) => void,
): Promise<Record<Name, Sample[]>> {
  const names = Object.keys(candidates) as Name[]
  const samples = Object.fromEntries(names.map((name) => [name, [] as Sample[]])) as Record<Name, Sample[]>
  for (let round = 0; round <= rounds; round++) {
    for (let i = 0; i < names.length; i++) {
      const name = names[(i + round) % names.length] as Name
      const candidate = candidates[name]
      await candidate.before?.()
      const sample = await candidate.measure()
      await candidate.after?.()
      if (round > 0) samples[name].push(sample)
    }
    say?.(`round ${round} of ${rounds}`)
  }
  return samples
}
