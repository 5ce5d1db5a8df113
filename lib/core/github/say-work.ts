import type { Work } from './outbox-row.js'

/** What a person reads of a row before it is sent. */
export function sayWork(work: Work): string {
  switch (work.kind) {
    case 'issue':
      return `make an issue: ${work.title}`
    case 'pull':
      return `make a pull request: ${work.title}`
    case 'comment':
      return `comment on #${work.issue}: ${work.subject}`
    case 'status':
      return `keep one comment on #${work.issue} about ${work.subject}`
    case 'close':
      return `close #${work.issue}`
    case 'labels':
      return `label #${work.issue}: ${work.add.join(', ')}`
    case 'part':
      return `make an issue a part of #${work.parent}`
    case 'edge':
      return `note on #${work.issue} what it waits for`
    case 'reaction':
      return `react to a comment: ${work.content}`
  }
}
