/** Numbers in the query of a request; one that is not a number counts as absent. */
export function numberOf(query: URLSearchParams, name: string, fallback: number): number {
  const value = Number(query.get(name) ?? Number.NaN)
  return Number.isFinite(value) && value >= 0 ? value : fallback
}

export function sinceOf(query: URLSearchParams): number | null {
  return query.has('since') ? numberOf(query, 'since', 0) : null
}
