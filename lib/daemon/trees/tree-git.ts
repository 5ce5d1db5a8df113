/** The steps of `lib/git` on one machine, for one slot: what goes in, and what was printed, as values. */
import { OrchestraError } from '../../core/errors.js'
import type { LeakKind } from '../../core/trees/leaks.js'
import { isRecordNamed, type RepositoryPlace } from './tree-place.js'
import type { Shell } from '../../exec/shell.js'
import { INSPECT, NOTE_BEFORE } from '../../git/inspect.js'
import { FETCH_BASE, MAKE_MIRROR } from '../../git/mirror.js'
import { recordOf, recordsOf } from '../../git/prelude.js'
import {
  ADD_SLOT,
  CHECK_OUT,
  FILL_SLOT,
  NOTE_MADE,
  REMOVE_SLOT,
  SAVE_SLOT,
  USED_PORTS,
} from '../../git/slots.js'
import type { SlotBase } from '../../core/trees/records.js'

const STEP_MS = 10 * 60_000
const MAX_BYTES = 4 * 1024 * 1024
/** Of a fetch: attempts that start together share one. */
const FRESH_S = 2

export interface Saved {
  readonly ref: string
  readonly oid: string
  readonly files: number
}

export interface SaveResult {
  readonly saved: readonly Saved[]
  /** Who works there; nothing was saved then. */
  readonly busy: readonly string[]
  /** Repositories in it that no ref can hold. */
  readonly nested: readonly string[]
}

export interface Taken {
  readonly kind: Extract<LeakKind, 'foreign' | 'orphan_dir'>
  readonly why: string
}

export interface Inspection {
  readonly head: string
  readonly commits: number
  readonly files: number
  /** Files that are not committed. */
  readonly uncommitted: number
  readonly escapes: readonly string[]
}

export class TreeGit {
  readonly #shell: Shell
  readonly #place: RepositoryPlace

  constructor(shell: Shell, place: RepositoryPlace) {
    this.#shell = shell
    this.#place = place
  }

  async mirror(checkout: string): Promise<void> {
    const { dir, rootName, mark } = this.#place
    await this.#run(MAKE_MIRROR, [dir, rootName, mark, checkout])
  }

  /** @returns `'absent'`: the landed commit has to be brought here first. */
  async base(
    checkout: string,
    branch: string,
    remote: string | null,
    landed: string | null,
  ): Promise<(SlotBase & { readonly stale: string | null }) | 'absent'> {
    const args = [this.#place.root, checkout, branch, remote ?? '', String(FRESH_S), landed ?? '']
    const out = await this.#run(FETCH_BASE, args)
    if (isRecordNamed(out, 'absent')) return 'absent'
    const [oid = '', fetched = '0', why = ''] = recordOf(out, 'base') ?? []
    if (oid === '') throw noAnswer('the target')
    return { oid, fetchedAt: Number(fetched) * 1000, stale: why === '' ? null : why }
  }

  /** @returns `taken`: what stands in its place and is not ours. */
  async add(
    name: string,
    mark: string,
    oid: string,
  ): Promise<{ readonly path: string; readonly created: boolean } | { readonly taken: Taken }> {
    const out = await this.#run(ADD_SLOT, [this.#place.root, name, mark, oid])
    const [kind, why = ''] = recordOf(out, 'taken') ?? []
    if (kind !== undefined) return { taken: { kind: kind === 'orphan_dir' ? kind : 'foreign', why } }
    const [path = '', how] = recordOf(out, 'slot') ?? []
    if (path === '') throw noAnswer(name)
    return { path, created: how === 'made' }
  }

  async save(name: string, prefix: string, why: string, inhabited = false): Promise<SaveResult> {
    const out = await this.#run(SAVE_SLOT, [
      this.#place.root,
      name,
      prefix,
      why,
      inhabited ? 'inhabited' : '',
    ])
    const records = recordsOf(out)
    return {
      saved: savedOf(records),
      busy: records.flatMap(([kind, pid, what]) =>
        kind === 'busy' ? [`${pid} (${(what ?? '').trim()})`] : [],
      ),
      nested: records.flatMap(([kind, at = '']) => (kind === 'nested' ? [at] : [])),
    }
  }

  /**
   * @param landed commits that are in `oid` as other ones: squashed or rebased
   * @returns the base, or in which files which commit disagrees with those before it.
   */
  async checkOut(
    name: string,
    branch: string | null,
    oid: string,
    needs: readonly string[],
    landed: readonly string[],
  ): Promise<{ readonly base: string } | { readonly need: string; readonly files: readonly string[] }> {
    const out = await this.#run(CHECK_OUT, [
      this.#place.root,
      name,
      branch ?? '',
      oid,
      landed.join(' '),
      ...needs,
    ])
    const conflicts = recordsOf(out).filter(([kind]) => kind === 'conflict')
    if (conflicts.length > 0)
      return { need: conflicts[0]![1] ?? '', files: conflicts.map(([, , file = '']) => file) }
    const [base] = recordOf(out, 'base') ?? []
    if (base === undefined) throw noAnswer(name)
    const left = recordOf(out, 'left')
    if (left !== undefined)
      throw new OrchestraError(`what stands in its way was not removed: ${left[0]}`, { kind: 'failed' })
    return { base }
  }

  async fill(
    name: string,
    checkout: string,
    how: {
      readonly submodules: 'auto' | 'never'
      readonly copy: readonly string[] | null
      readonly key: readonly string[]
    },
  ): Promise<{ readonly key: string; readonly problem: string | null }> {
    const { submodules, copy, key } = how
    const args = [this.#place.root, name, checkout, submodules]
    const files = copy === null ? ['include'] : ['list', ...copy]
    const out = await this.#run(FILL_SLOT, [...args, ...files, '--', ...key])
    return { key: recordOf(out, 'key')?.[0] ?? '', problem: recordOf(out, 'submodules')?.[0] ?? null }
  }

  /** What was there before anybody worked in it. */
  async note(name: string, checkout: string | null): Promise<void> {
    await this.#run(NOTE_MADE, [this.#place.root, name])
    await this.#run(NOTE_BEFORE, [this.#place.root, name, checkout ?? ''])
  }

  async inspect(
    name: string,
    work: {
      readonly branch: string
      readonly base: string
      readonly checkout: string | null
      readonly commit: string | null
    },
  ): Promise<Inspection> {
    const { branch, base, checkout, commit } = work
    const args = [this.#place.root, name, branch, base, checkout ?? '']
    const out = await this.#run(INSPECT, commit === null ? args : [...args, 'commit', commit])
    const [head = base, commits = '0', files = '0', uncommitted = '0'] = recordOf(out, 'work') ?? []
    const escapes = recordsOf(out).flatMap(([kind, text = '']) => (kind === 'escape' ? [text] : []))
    return { head, commits: Number(commits), files: Number(files), uncommitted: Number(uncommitted), escapes }
  }

  /** @returns why it stays; null: it is gone. */
  async remove(
    name: string,
    mark: string,
    prefix: string,
    ignored: boolean,
  ): Promise<{
    readonly kept: string | null
    readonly forIgnored: boolean
    readonly saved: readonly Saved[]
  }> {
    const out = await this.#run(REMOVE_SLOT, [this.#place.root, name, mark, prefix, ignored ? 'ignored' : ''])
    const saved = savedOf(recordsOf(out))
    const [kept, only] = recordOf(out, 'kept') ?? []
    if (kept === undefined && !isRecordNamed(out, 'removed')) throw noAnswer(name)
    return { kept: kept?.trim() ?? null, forIgnored: only === 'ignored', saved }
  }

  async usedPorts(ports: readonly number[]): Promise<ReadonlySet<number>> {
    const out = await this.#run(USED_PORTS, ports.map(String))
    return new Set(recordsOf(out).map(([, port]) => Number(port)))
  }

  #run(script: string, args: readonly string[]): Promise<Buffer> {
    return this.#shell.must(script, { args, timeoutMs: STEP_MS, maxBytes: MAX_BYTES })
  }
}

function savedOf(records: readonly (readonly string[])[]): Saved[] {
  return records.flatMap(([kind, ref = '', oid = '', files = '0']) =>
    kind === 'saved' ? [{ ref, oid, files: Number(files) }] : [],
  )
}

function noAnswer(what: string): OrchestraError {
  return new OrchestraError(`git said nothing of ${what}`, { kind: 'failed' })
}
