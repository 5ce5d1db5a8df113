/** Issues on GitHub: which task is bound to which, and whether they are open. */
import { BINDINGS, GONE, type Binding, type GoneIssue } from '../../github/bound-issue.js'
import type { MachineId, TaskId } from '../../ids.js'
import { namePrincipal, type Principal } from '../../principal.js'
import { number, orNull, since, text, word } from '../../shape.js'
import type { Forms } from './form.js'
import { principal } from './principal-shape.js'

export type IssueEvent =
  | {
      readonly type: 'issue.bound'
      readonly task: TaskId
      readonly machine: MachineId
      readonly number: number
      /** Of GitHub's database; null: it was not looked at yet. */
      readonly issueId: number | null
      readonly url: string
      readonly how: Binding
      /** The number that the layout says, and that is not there any more; null: it replaces none. */
      readonly replaces: number | null
      readonly by: Principal
    }
  /** The issue stays as it is. */
  | { readonly type: 'issue.unbound'; readonly task: TaskId; readonly by: Principal }
  /** A person let exactly this text reach prompts. */
  | {
      readonly type: 'issue.released'
      readonly machine: MachineId
      readonly number: number
      readonly digest: string
      readonly title: string
      readonly text: string
      readonly by: Principal
    }
  /** A text that was released is another one now: the release is void. */
  | {
      readonly type: 'issue.edited'
      readonly machine: MachineId
      readonly number: number
      readonly digest: string
    }
  /** GitHub says that the issue of a task is open, or closed. */
  | { readonly type: 'issue.seen'; readonly task: TaskId; readonly state: 'open' | 'closed' }
  /** GitHub does not have the issue of a task any more, or has it in another repository. */
  | {
      readonly type: 'issue.missing'
      readonly task: TaskId
      readonly why: GoneIssue['why']
      readonly to: string | null
    }

export const ISSUE_EVENTS: Forms<IssueEvent> = {
  'issue.bound': {
    fields: {
      task: text(),
      machine: text(),
      number,
      issueId: orNull(number),
      url: text(),
      how: word(...BINDINGS),
      replaces: since(null, orNull(number)),
      by: principal,
    },
    line: ({ task, number: n, how, by }) => [
      task,
      how === 'created' ? `issue #${n} was created for it` : `bound to issue #${n} by ${namePrincipal(by)}`,
      'good',
    ],
  },
  'issue.unbound': {
    fields: { task: text(), by: principal },
    line: ({ task, by }) => [task, `unbound from its issue by ${namePrincipal(by)}`],
  },
  'issue.released': {
    fields: { machine: text(), number, digest: text(), title: text(), text: text(), by: principal },
    line: ({ machine, number: n, by }) => [
      machine,
      `the text of issue #${n} was released by ${namePrincipal(by)}`,
    ],
  },
  'issue.edited': {
    fields: { machine: text(), number, digest: text() },
    line: ({ machine, number: n }) => [
      machine,
      `the text of issue #${n} was edited: it is not released any more`,
      'warn',
    ],
  },
  'issue.seen': {
    fields: { task: text(), state: word('open', 'closed') },
    line: ({ task, state }) => [task, `its issue is ${state}`],
  },
  'issue.missing': {
    fields: { task: text(), why: word(...GONE), to: orNull(text()) },
    line: ({ task, why, to }) => [
      task,
      why === 'deleted' ? 'its issue is not there any more' : `its issue was moved to ${to ?? 'somewhere'}`,
      'warn',
    ],
  },
}
