export interface Experiment {
  /** In the table of docs/design/worktree-experiments.md. */
  readonly number: number
  readonly what: string
  /** @returns its figures, and what is not as it has to be */
  readonly run: () => Promise<Outcome>
}

export interface Outcome {
  readonly figures: string
  readonly problems: readonly string[]
}
