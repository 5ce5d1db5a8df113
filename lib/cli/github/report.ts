import { OrchestraError } from '../../core/errors.js'
import { safeLines } from '../../core/text/safe-lines.js'
import type { RunVerb } from '../verb.js'

const KINDS = ['worker', 'standup', 'synthesis', 'weekly', 'phase', 'sync']

/** The report as `orchestra report` makes it; with --post as a comment on the issue that all report to. */
export const githubReport: RunVerb = async (c) => {
  const [, kind, id] = c.positionals
  if (kind === undefined || !KINDS.includes(kind))
    throw new OrchestraError(`github report: one of ${KINDS.join(', ')}`, { kind: 'usage' })
  const api = await c.connect()
  if (!c.flag('post')) {
    const query = new URLSearchParams({ kind, ...(id === undefined ? {} : { id }) })
    const made = await api.get<{ markdown: string }>(`/v1/report?${query.toString()}`)
    c.out(c.json ? `${JSON.stringify(made)}\n` : safeLines(made.markdown))
    return 0
  }
  const body = { kind, id: id ?? null, on: c.option('on') ?? null }
  const posted = await api.post<{ issue: number }>('/v1/github/report', body)
  c.out(c.json ? `${JSON.stringify(posted)}\n` : `to be posted on issue #${posted.issue}\n`)
  return 0
}
