export interface Experiment {
  /** Of the table in docs/design/worktree-experiments.md. */
  readonly number: number
  readonly what: string
  /** @returns its figures, and what is not as it has to be */
  readonly run: () => Promise<Outcome>
}

export interface Outcome {
  readonly figures: string
  readonly problems: readonly string[]
}
