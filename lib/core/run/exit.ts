export interface Exit {
  readonly exitCode: number | null
  readonly signal: string | null
  readonly reason: string
}
