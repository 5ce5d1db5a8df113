/** What `help` says besides the verbs. */
export const TOPICS = ['schemas', 'docs'] as const
export type Topic = (typeof TOPICS)[number]

export function isTopic(word: string | undefined): word is Topic {
  return TOPICS.some((topic) => topic === word)
}
