/** `repo MACHINE`: a person's working copy, and the one step that was asked for. */
import { OrchestraError } from '../../core/errors.js'
import type { MachineId } from '../../core/ids.js'
import type { RepoDocument } from '../../core/protocol/trees.js'
import { safeText } from '../../core/text/safe-text.js'
import { recordOf, recordsOf } from '../../git/prelude.js'
import { REPO, type RepoStep } from '../../git/working-copy.js'
import { hostOf } from '../machines/host-of.js'
import type { TreeNeeds } from './tree-needs.js'

const STEP_MS = 120_000

export async function workingCopy(
  machine: MachineId,
  path: string,
  step: RepoStep | null,
  needs: TreeNeeds,
): Promise<RepoDocument> {
  const host = hostOf(needs, machine)
  if (!host.isReady) throw new OrchestraError(`${machine} cannot be reached now`, { kind: 'unreachable' })
  const name = new Date(needs.kernel.clock.now()).toISOString().slice(0, 19).replace(/[:T]/g, '-')
  const out = await needs.shells.of(host).must(REPO, { args: [path, step ?? '', name], timeoutMs: STEP_MS })
  const field = (kind: string) => recordOf(out, kind)?.[0] ?? ''
  const all = (kind: string) =>
    recordsOf(out).flatMap(([is, text = '']) => (is === kind ? [safeText(text)] : []))
  const [ahead = 0, behind = 0] = (recordOf(out, 'apart')?.map(Number) ?? []).map((n) => n || 0)
  const [staged = 0, changed = 0, untracked = 0, conflicts = 0] = (recordOf(out, 'counts') ?? []).map(Number)
  const copy = {
    machine,
    path: safeText(field('top')),
    branch: safeText(field('branch')),
    upstream: field('upstream') === '' ? null : safeText(field('upstream')),
    ahead,
    behind,
    staged,
    changed,
    untracked,
    conflicts,
    files: all('file'),
    unfinished: all('unfinished'),
    submodules: all('submodule'),
    saved: all('saved'),
    done: field('done') === '' ? null : safeText(field('done')),
  }
  return { ...copy, steps: stepsFor(copy) }
}

/** Only what throws nothing away. */
function stepsFor(copy: Omit<RepoDocument, 'steps'>): RepoDocument['steps'] {
  const dirty = copy.staged + copy.changed + copy.untracked
  const tracked = copy.staged + copy.changed
  return [
    ...(dirty > 0
      ? [
          {
            step: 'save',
            text: `keep all ${dirty} as a branch; the files and what is staged stay as they are`,
          },
        ]
      : []),
    ...(copy.upstream === null ? [] : [{ step: 'fetch', text: `look what is new in ${copy.upstream}` }]),
    ...(copy.behind > 0 && copy.ahead === 0 && tracked === 0
      ? [{ step: 'forward', text: `move ${copy.branch} forward by ${copy.behind}` }]
      : []),
    ...(copy.ahead > 0 && copy.behind === 0 && copy.upstream !== null
      ? [{ step: 'push', text: `push ${copy.ahead} commits to ${copy.upstream}` }]
      : []),
  ]
}
