/** What a pull request says: what it is for, what was proved, and by whom. All of it is made harmless before it leaves. */
import type { RunState } from '../run/state.js'
import type { Branch } from './branches.js'

export interface PullText {
  readonly title: string
  readonly body: string
}

export function pullText(state: RunState, { task: id, attempt: attemptId, agent, branch }: Branch): PullText {
  const task = state.tasks.get(id)
  const attempt = state.attempts.get(attemptId)
  const checks = attempt?.checks.filter(({ ok }) => ok) ?? []
  const { commits = 0, files = 0 } = attempt?.tree ?? {}
  const title = task?.spec.title ?? id
  const who = agent ?? 'a command'
  const lines = [
    `\`${id}\`, attempt \`${attemptId}\` by ${who}: ${count(commits, 'commit')}, ${count(files, 'file')} changed on \`${branch}\`.`,
    ...(attempt?.text == null || attempt.text === '' ? [] : ['', quoted(attempt.text)]),
    '',
    checks.length === 0 ? 'Nothing was verified.' : 'Verified on this branch:',
    ...checks.map(({ command }) => `- \`${command.replaceAll('`', "'")}\``),
  ]
  return { title, body: `${lines.join('\n')}\n` }
}

const count = (n: number, what: string) => `${n} ${what}${n === 1 ? '' : 's'}`

function quoted(text: string): string {
  return text
    .split('\n')
    .map((line) => `> ${line}`)
    .join('\n')
}
