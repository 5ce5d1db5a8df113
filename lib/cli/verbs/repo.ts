import type { RepoDocument } from '../../core/protocol/trees.js'
import { fix } from '../../core/fixes.js'
import { plural } from '../../core/text/plural.js'
import type { Verb } from '../verb.js'
import { may, need } from '../verb-arguments.js'

export const repo: Verb = {
  name: 'repo',
  permission: 'run:write',
  describe:
    'the working copy of a machine: what is not committed, how it has parted; and one safe step, if you name it',
  positionals: [
    need('machine', 'a machine of the layout'),
    may('step', 'save, fetch, forward or push; without it nothing is changed'),
  ],
  options: {},
  example: 'orchestra repo mugen save',
  run: async (c) => {
    const [machine = '', step] = c.positionals
    const client = await c.connect()
    const path = `/v1/machines/${encodeURIComponent(machine)}/repo`
    const doc =
      step === undefined
        ? await client.get<RepoDocument>(path)
        : await client.post<RepoDocument>(`${path}/${encodeURIComponent(step)}`)
    c.out(c.json ? `${JSON.stringify(doc)}\n` : shown(doc))
    return 0
  },
}

const SHOWN = 8

function shown(doc: RepoDocument): string {
  const dirty = doc.staged + doc.changed + doc.untracked
  // All of it fits on a terminal of 24 rows.
  const files = doc.files.slice(0, SHOWN)
  const lines = [
    ...(doc.done === null ? [] : [doc.done]),
    `${doc.machine}: ${doc.path} on ${doc.branch}${doc.upstream === null ? '' : `, ${doc.ahead} ahead and ${doc.behind} behind ${doc.upstream}`}`,
    dirty === 0
      ? 'nothing that is not committed'
      : `${plural(dirty, 'file')} not committed: ${doc.staged} staged, ${doc.changed} changed, ${doc.untracked} untracked`,
    ...(doc.conflicts === 0 ? [] : [`${plural(doc.conflicts, 'conflict')} not resolved`]),
    ...doc.unfinished.map((what) => `not finished there: ${what}`),
    ...doc.submodules.map((at) => `broken submodule entry: ${at}`),
    ...files.map((line) => `  ${line}`),
    ...(dirty > files.length && files.length > 0 ? [`  and ${dirty - files.length} more`] : []),
    ...doc.saved.map((branch) => `saved before: ${branch}`),
    ...(doc.ahead > 0 && doc.behind > 0
      ? ['it has parted from its upstream: bring both together there, after `save`']
      : []),
    ...(doc.behind > 0 && doc.ahead === 0 && doc.staged + doc.changed > 0
      ? ['it cannot move forward before what is staged or changed is committed or taken away']
      : []),
    ...(doc.steps.length === 0 ? [] : ['steps:']),
    ...doc.steps.map(({ step, text }) => `  ${fix('repo.step', doc.machine, step)}   ${text}`),
  ]
  return `${lines.join('\n')}\n`
}
