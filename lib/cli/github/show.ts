import { OrchestraError } from '../../core/errors.js'
import type { ShownIssue } from '../../core/protocol/github.js'
import { safeText } from '../../core/text/safe-text.js'
import type { RunVerb } from '../verb.js'

/** With `--release` exactly the text that was printed is released: another one by then is refused. */
export const githubShow: RunVerb = async (c) => {
  const number = (c.positionals[1] ?? '').replace(/^[#＃]/, '')
  if (!/^\d{1,9}$/.test(number))
    throw new OrchestraError('github show needs the number of an issue', { kind: 'usage' })
  const client = await c.connect()
  const on = c.option('on')
  const query = on === undefined ? '' : `?${new URLSearchParams({ on }).toString()}`
  const issue = await client.get<ShownIssue>(`/v1/github/issues/${number}${query}`)
  if (c.json) c.out(`${JSON.stringify(issue)}\n`)
  else c.out(`${linesOf(issue).map(safeText).join('\n')}\n`)
  if (!c.flag('release')) return 0
  await client.post(`/v1/github/issues/${number}/release${query}`, { digest: issue.digest })
  c.err(`released: exactly this text of #${number} may reach prompts; an edit makes that void\n`)
  return 0
}

function linesOf(issue: ShownIssue): readonly string[] {
  const { changed } = issue
  return [
    `#${issue.number} ${issue.title}`,
    `${issue.state}  ${issue.url}  by ${issue.author ?? 'somebody'}${issue.labels.length === 0 ? '' : `  [${issue.labels.join('] [')}]`}`,
    issue.released === null ? 'not released: agents are not told this text' : `released by ${issue.released}`,
    ...issue.removed.map((what) => `hidden in it, and left out: ${what}`),
    ...(changed === null
      ? []
      : [
          'it was released once, and was edited since:',
          ...changed.gone.map((line) => `- ${line}`),
          ...changed.added.map((line) => `+ ${line}`),
        ]),
    '',
    ...issue.text.map((line) => `  ${line}`),
    ...issue.comments.flatMap(({ author, at, text }) => [
      '',
      `${author}, ${at}:`,
      ...text.map((line) => `  > ${line}`),
    ]),
  ]
}
