/** What became of a request, as data: nothing here is thrown. */
export type Outcome<T> =
  | Done<T>
  /** The ETag still holds; GitHub does not count this request. */
  | { readonly kind: 'not-modified'; readonly at: number | null }
  | Limited
  | Refused
  | Unknown

export interface Done<T> {
  readonly kind: 'done'
  readonly status: number
  readonly data: T
  readonly etag: string | null
  /** The address of the next page; null: this was the last. */
  readonly next: string | null
  /** When GitHub answered, by its own clock. */
  readonly at: number | null
  /** Where it is now: the repository was renamed, the issue transferred. */
  readonly movedTo: string | null
}

/** Nothing was done, and nothing may be sent before `until` (our clock). */
export interface Limited {
  readonly kind: 'limited'
  readonly until: number
  readonly which: 'primary' | 'secondary'
}

/** It was read, and not carried out. */
export interface Refused {
  readonly kind: 'refused'
  readonly status: number
  readonly why: RefusedWhy
  readonly message: string
  /** Permissions that would have been enough, as GitHub names them. */
  readonly needs: string | null
  /** `why: 'moved'`: where to. */
  readonly location: string | null
}

export type RefusedWhy =
  | 'token' // 401
  | 'forbidden' // 403
  | 'missing' // 404: not there, or not for us
  | 'gone' // 410: deleted, or issues are switched off
  | 'invalid' // 422
  | 'exists' // 422: a label or a milestone of that name
  | 'moved' // a write was answered with a redirect: nothing was carried out
  | 'other'

/** The answer was lost, cut or of no use: a write may have been carried out, unless it was not even sent. */
export interface Unknown {
  readonly kind: 'unknown'
  readonly message: string
  readonly wasSent: boolean
}
