/** What a receipt that is not settled remembers: into which life of the agent its text is being typed. */
const SENDING = 'sending'

export function sendingReason(generation: number): string {
  return `${SENDING} ${generation}`
}

/** Empty: nothing of it was typed. `generation` null: a receipt of a version that did not note it. */
export function typedIn(reason: string | null): {
  readonly typedIn?: { readonly generation: number | null }
} {
  const [word, generation] = (reason ?? '').split(' ')
  if (word !== SENDING) return {}
  return { typedIn: { generation: generation === undefined ? null : Number(generation) } }
}
