/** What stands on the disk against what git lists and what the journal says. */
import { fix } from '../fixes.js'
import type { SlotId } from '../ids.js'

export const LEAK_KINDS = [
  'orphan_entry',
  'orphan_dir',
  'half_removed',
  'forgotten',
  'foreign',
  'missing',
] as const
export type LeakKind = (typeof LEAK_KINDS)[number]

export interface Leak {
  readonly kind: LeakKind
  /** Of the directory below the root; its path where it is elsewhere. */
  readonly name: string
  readonly path: string
}

export interface Standing {
  readonly root: string
  readonly entries: readonly { readonly path: string; readonly lock: string }[]
  readonly dirs: readonly string[]
  /** Names of what is no directory. */
  readonly others: readonly string[]
}

export interface KnownSlot {
  readonly id: SlotId
  readonly name: string
  /** It was made ready once, and not removed since. */
  readonly isMade: boolean
  /** A step is at work on it, and half of it is there. */
  readonly isChanging: boolean
}

/** @param mark what the locks of this store begin with */
export function findLeaks(
  { root, entries, dirs, others }: Standing,
  slots: readonly KnownSlot[],
  mark: string,
): Leak[] {
  const known = new Map(slots.map((slot) => [slot.name, slot]))
  const there = new Set(dirs)
  const leaks: Leak[] = []
  const listed = new Set<string>()
  const inTheWay = new Set(others)
  for (const { path, lock } of entries) {
    const name = path.startsWith(`${root}/`) ? path.slice(root.length + 1) : path
    listed.add(name)
    const isOurs = !name.includes('/') && (lock === mark || lock.startsWith(`${mark} `))
    if (known.get(name)?.isChanging === true) continue
    if (!isOurs || inTheWay.has(name)) leaks.push({ kind: 'foreign', name, path })
    else if (!there.has(name)) leaks.push({ kind: 'orphan_entry', name, path })
    else if (!known.has(name)) leaks.push({ kind: 'forgotten', name, path })
  }
  for (const name of dirs) {
    if (listed.has(name) || known.get(name)?.isChanging === true) continue
    leaks.push({
      kind: name.startsWith('.gone.') ? 'half_removed' : 'orphan_dir',
      name,
      path: `${root}/${name}`,
    })
  }
  for (const { name, isMade, isChanging } of slots) {
    if (isChanging || listed.has(name) || there.has(name)) continue
    const path = `${root}/${name}`
    if (inTheWay.has(name)) leaks.push({ kind: 'foreign', name, path })
    else if (isMade) leaks.push({ kind: 'missing', name, path })
  }
  return leaks
}

/** What a person can do, or what happens by itself. */
export const LEAK_TEXT: Readonly<Record<LeakKind, string>> = {
  orphan_entry: 'git lists a tree whose directory is gone; it goes by itself with the next use of its slot',
  orphan_dir: `a directory that git does not list; \`${fix('trees.repair')}\` saves it as a ref and moves it aside`,
  half_removed: `a removal was cut off after all was saved; \`${fix('trees.repair')}\` ends it`,
  forgotten: `a tree of ours that the journal does not know; \`${fix('trees.repair')}\` removes it if nothing is lost`,
  foreign: 'not ours: it is left alone, and no tree is made in its place',
  missing: 'the journal has a tree that is not there; it is made anew with the next use of its slot',
}

/** Those that stay until a person does something about them. */
export const NEEDS_REPAIR: ReadonlySet<LeakKind> = new Set(['orphan_dir', 'half_removed', 'forgotten'])
