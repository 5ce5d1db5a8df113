/** One thing that is measured: `before` and `after` are not. */
export interface Candidate<Sample> {
  readonly before?: () => Promise<void> | void
  readonly measure: () => Promise<Sample>
  readonly after?: () => Promise<void> | void
  /**
   * Somebody else's program, which fails now and then: it is tried once more, and then the round goes on without it,
   * and says so. `tidy`: takes away what the failed one left.
   */
  readonly mayFail?: { readonly tidy: () => Promise<void> | void }
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
      const sample = await measured(name, candidate, say)
      if (round > 0 && sample !== undefined) samples[name].push(sample)
    }
    say?.(`round ${round} of ${rounds}`)
  }
  return samples
}

async function measured<Sample>(
  name: string,
  candidate: Candidate<Sample>,
  say?: (text: string) => void,
): Promise<Sample | undefined> {
  for (let tries = candidate.mayFail === undefined ? 1 : 2; ; tries--) {
    try {
      await candidate.before?.()
      const sample = await candidate.measure()
      await candidate.after?.()
      return sample
    } catch (error) {
      if (candidate.mayFail === undefined) throw error
      await candidate.mayFail.tidy()
      const why = (error instanceof Error ? error.message : String(error)).trim().replaceAll(/\s+/g, ' ')
      say?.(
        `${name} failed${tries > 1 ? ', tried once more' : ', left out of this round'}: ${why.slice(0, 200)}`,
      )
      if (tries <= 1) return undefined
    }
  }
}
