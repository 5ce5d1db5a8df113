import type { SavedRow, TreesDocument } from '../../core/protocol/trees.js'
import { OrchestraError } from '../../core/errors.js'
import { fix } from '../../core/fixes.js'
import { LEAK_TEXT } from '../../core/trees/leaks.js'
import { formatBytes } from '../../core/text/format-bytes.js'
import { safeText } from '../../core/text/safe-text.js'
import { applyPatch } from '../apply-patch.js'
import { look } from '../look.js'
import { renderSaved, renderSlots } from '../render/trees.js'
import type { Verb, VerbContext } from '../verb.js'
import { flag, may } from '../verb-arguments.js'

const ACTS = ['saved', 'repair', 'remove', 'restore']

export const trees: Verb = {
  name: 'trees',
  permission: 'run:write',
  describe: 'the worktrees: slots, leaks, saved work; repair, remove or restore',
  positionals: [
    may('act', 'saved, repair, remove SLOT, restore REF; without it the table'),
    may('what', 'a slot, or a ref of saved work'),
  ],
  options: {
    ignored: flag('remove, repair: ignored files that no ref has may go too'),
  },
  example: 'orchestra trees restore 3f2a9c1d0b7e',
  run: (c) => {
    const [act, what] = c.positionals
    switch (act) {
      case undefined:
        return table(c)
      case 'saved':
        return saved(c)
      case 'repair':
        return repair(c)
      case 'remove':
        return remove(c, needed(what, 'remove', 'SLOT'))
      case 'restore':
        return restore(c, needed(what, 'restore', 'REF'))
      default:
        throw new OrchestraError(`trees ${act}: there is ${ACTS.join(', ')}`, { kind: 'usage' })
    }
  },
}

function needed(what: string | undefined, act: string, name: string): string {
  if (what === undefined) throw new OrchestraError(`trees ${act} needs ${name}`, { kind: 'usage' })
  return what
}

async function table(c: VerbContext): Promise<number> {
  const client = await c.connect()
  const doc = await client.get<TreesDocument>('/v1/trees')
  if (c.json) {
    c.out(`${JSON.stringify(doc)}\n`)
    return 0
  }
  c.out(renderSlots(doc.slots, { ...look(c), now: Date.now() }))
  for (const { machine, kind, path, bytes } of doc.leaks) {
    const size = bytes === null ? '' : `, ${formatBytes(bytes)}`
    c.out(`${machine}: ${kind}${size}: ${safeText(path)}\n  ${LEAK_TEXT[kind]}\n`)
  }
  for (const machine of doc.unseen) c.err(`${machine} cannot be looked at now\n`)
  if (doc.saved.length > 0) c.out(`${doc.saved.length} saved: ${fix('trees.saved')}\n`)
  return 0
}

async function saved(c: VerbContext): Promise<number> {
  const { saved: rows } = await (await c.connect()).get<TreesDocument>('/v1/trees')
  const newest: readonly SavedRow[] = rows.toReversed()
  c.out(c.json ? `${JSON.stringify(newest)}\n` : renderSaved(newest, { ...look(c), now: Date.now() }))
  return 0
}

async function repair(c: VerbContext): Promise<number> {
  const { done } = await (
    await c.connect()
  ).post<{ done: readonly string[] }>(`/v1/trees/repair${c.flag('ignored') ? '?ignored=1' : ''}`)
  if (c.json) c.out(`${JSON.stringify({ done })}\n`)
  else c.out(done.length === 0 ? 'nothing to repair\n' : done.map((line) => `${safeText(line)}\n`).join(''))
  return 0
}

async function remove(c: VerbContext, slot: string): Promise<number> {
  const query = c.flag('ignored') ? '?ignored=1' : ''
  const path = `/v1/trees/${encodeURIComponent(slot)}/remove${query}`
  const { text } = await (await c.connect()).post<{ text: string }>(path)
  c.out(c.json ? `${JSON.stringify({ slot, text })}\n` : `${slot}: ${text}\n`)
  return 0
}

/** Saved work comes back where the verb is called, as changes that are not committed. */
async function restore(c: VerbContext, ref: string): Promise<number> {
  const client = await c.connect()
  const found = await client.get<{ ref: string; text: string }>(
    `/v1/trees/saved/diff?form=patch&ref=${encodeURIComponent(ref)}`,
  )
  const files = await applyPatch(c, found.text)
  c.out(
    c.json
      ? `${JSON.stringify({ ref: found.ref, files })}\n`
      : `${found.ref}: ${files.length} files are changed here and not committed\n`,
  )
  return 0
}
