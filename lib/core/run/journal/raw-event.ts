/** An event as some version wrote it. */
export interface RawEvent {
  readonly type: string
  readonly [field: string]: unknown
}
