/** Where a part posts for people to read, as on an issue of GitHub. Whoever calls it sees to it that nothing is posted twice. */
export interface Posts {
  /** `task`: whose issue it belongs to; null: it is about the whole run. */
  post(message: {
    readonly title: string
    readonly text: string
    readonly task: string | null
  }): Promise<void>
}
