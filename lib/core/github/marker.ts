/**
 * The last line of each thing that orchestra makes on GitHub: whose it is, and which row of its outbox. It is believed with
 * its code alone, which only the store's key makes, and only under an author that is ours.
 */
export interface Marker {
  /** The store's id. */
  readonly store: string
  readonly key: string
  readonly code: string
}

const FORM = /^<!-- orchestra:1 s=([a-z2-7]{6}) k=([A-Za-z0-9_.:/+-]{1,300}) m=([A-Za-z0-9_-]{22}) -->$/

export function formatMarker({ store, key, code }: Marker): string {
  return `<!-- orchestra:1 s=${store} k=${key} m=${code} -->`
}

/** Of the last line alone: what stands above may be quoted, or pasted. null: there is none. */
export function parseMarker(body: string): Marker | null {
  const [, store, key, code] = FORM.exec(body.trimEnd().split('\n').at(-1)?.trim() ?? '') ?? []
  return store === undefined || key === undefined || code === undefined ? null : { store, key, code }
}

/** What the code is made of: a marker of another repository, or of another row, does not fit. */
export function markedText(repositoryId: number, store: string, key: string): string {
  return `orchestra:1\n${repositoryId}\n${store}\n${key}`
}
