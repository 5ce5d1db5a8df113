/**
 * `add`, `remove`, `adopt`: the layout's file is edited, checked as a whole, put in its place by a rename, and then applied as
 * `up` applies it. A daemon that is killed in between leaves the old file or the new one, and the next `up` does the rest.
 */
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chmod, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join } from 'node:path'
import type * as EditAgents from '../../../config/edit-agents.js'
import type { Entry } from '../../../config/edit-agents.js'
import { OrchestraError } from '../../../core/errors.js'
import { fix } from '../../../core/fixes.js'
import type { Layout } from '../../../core/layout/model.js'
import type { Principal } from '../../../core/principal.js'
import type { Receipt } from '../../../core/protocol/api.js'
import type {
  AddAgents,
  AdoptAgent,
  EditLayoutAnswer,
  EditLayoutRequest,
} from '../../../core/protocol/edit-layout.js'
import { packageRoot } from '../../../home/package-root.js'
import type { Daemon } from '../../daemon.js'
import { layoutFileOf, nameLayoutFile } from '../../boot/layout-file.js'
import type { applyUp } from '../apply-up.js'
import type { sendTo } from '../send.js'
import { checkedType, freeIds, machineFor } from './entries.js'

/** Passed in, because the daemon has loaded them with another bundle already. */
interface Acts {
  readonly applyUp: typeof applyUp
  readonly sendTo: typeof sendTo
}

interface Edit {
  readonly text: string
  readonly agents: readonly string[]
  readonly machine: string | null
}

interface Written extends Edit {
  readonly path: string
  /** null: there was no file. */
  readonly before: string | null
  readonly copied: boolean
}

export async function editLayout(
  daemon: Daemon,
  asked: EditLayoutRequest,
  by: Principal,
  { applyUp, sendTo }: Acts,
): Promise<EditLayoutAnswer> {
  const { cols, rows, consent } = asked
  // Edits go one after the other, and none while an `up` reads its file.
  const written = await daemon.ups.take(() => write(daemon, asked))
  const { path, agents, machine, copied } = written
  const request = { layout: path, run: false, cols, rows, wait: false, timeoutMs: 0 }
  const { warnings } = await applyUp(
    daemon,
    { ...request, ...(consent === undefined ? {} : { consent }) },
    by,
  ).catch(async (error: unknown) => {
    // The change was not applied, for example because nobody agreed to what it would end.
    await daemon.ups.take(() => putBack(written))
    throw error
  })
  nameLayoutFile(daemon.paths, daemon.session, path)
  const prompt = asked.add?.prompt ?? null
  const receipts: Receipt[] = []
  if (prompt !== null) for (const id of agents) receipts.push(await sendTo(daemon, id, { text: prompt }, by))
  return { layout: path, copied, agents, machine, receipts, warnings }
}

async function write(daemon: Daemon, asked: EditLayoutRequest): Promise<Written> {
  daemon.refuseWhenStopping()
  const place = await placeOf(daemon, asked.here)
  const source = await readFile(place.from, 'utf8')
  const { layout } = await daemon.loadLayout(place.from)
  const config = await import('../../../config/edit-agents.js')
  const absolute = (path: string) =>
    isAbsolute(path) || path.startsWith('~') ? path : join(dirname(place.from), path)
  const text = place.copied ? config.withIncludes(source, absolute) : source
  const edit = edited(text, layout, asked, config)
  await replace(place.to, edit.text, (fresh) => mustLoad(daemon, fresh, place.to))
  return { ...edit, path: place.to, before: place.copied ? null : source, copied: place.copied }
}

/** Chooses the file that is read and the file that is written. */
async function placeOf(
  daemon: Daemon,
  here: string | null,
): Promise<{ readonly from: string; readonly to: string; readonly copied: boolean }> {
  if (here !== null && (await isOurs(daemon, here))) {
    const path = await realpath(here)
    return { from: path, to: path, copied: false }
  }
  const own = layoutFileOf(daemon.paths, daemon.session)
  if (own === null)
    throw new OrchestraError('it is not known which file the layout of this session stands in', {
      kind: 'refused',
      hint: `\`${fix('layout.give')}\` where the file is says so.`,
    })
  const path = await realpath(own)
  if (!path.startsWith(join(packageRoot(), 'layouts', '/'))) return { from: path, to: path, copied: false }
  if (here === null || existsSync(here))
    throw new OrchestraError(
      here === null
        ? `${path} is shipped, and is not changed`
        : `${path} is shipped, and would be copied to ${here}, which is there already`,
      { kind: 'refused', hint: 'Call it in another directory: the copy is made there.' },
    )
  return { from: path, to: here, copied: true }
}

async function isOurs(daemon: Daemon, path: string): Promise<boolean> {
  try {
    await daemon.loadLayout(path)
    return true
  } catch (error) {
    // The file is missing, of another session, or wrong. Where it is the one of this session, the reader hears what is wrong.
    if (layoutFileOf(daemon.paths, daemon.session) === path && existsSync(path)) throw error
    return false
  }
}

type Config = typeof EditAgents

function edited(text: string, layout: Layout, asked: EditLayoutRequest, config: Config): Edit {
  const { add, remove, adopt } = asked
  if (remove !== undefined) {
    if (!layout.agents.some(({ id }) => id === remove))
      throw new OrchestraError(`the layout has no agent ${remove}`, {
        kind: 'usage',
        hint: fix('agent.list'),
      })
    const without = config.withoutAgent(text, remove)
    if (without !== null) return { text: without, agents: [remove], machine: null }
    throw new OrchestraError(`${remove} does not stand in the layout by its own name`, {
      kind: 'refused',
      hint: `It is one of several of a \`count:\`, of which the last goes first, or comes from a template: edit the file, then \`${fix('layout.give')}\`.`,
    })
  }
  const asks = add ?? adopt
  if (asks === undefined)
    throw new OrchestraError('one of add, remove and adopt is wanted', { kind: 'usage' })
  checkedType(layout, asks.type)
  const { id: machine, entry } = machineFor(layout, asks.on)
  const agents = add === undefined ? adopted(layout, adopt!, machine) : added(layout, add, machine)
  return {
    text: config.withAgents(text, agents.entries, entry),
    agents: agents.ids,
    machine: entry?.id ?? null,
  }
}

interface Entries {
  readonly entries: readonly Entry[]
  readonly ids: readonly string[]
}

function added(layout: Layout, { type, count, name, role, cwd }: AddAgents, machine: string | null): Entries {
  const rest = {
    ...(machine === null ? {} : { machine }),
    ...(role === null ? {} : { role }),
    ...(cwd === null ? {} : { cwd }),
  }
  const { ids, group } = freeIds(layout, name ?? type, count, name !== null)
  if (group === null) return { entries: ids.map((id) => ({ id, value: { type, ...rest } })), ids }
  return { entries: [{ id: group, value: { type, count, ...rest } }], ids }
}

function adopted(layout: Layout, asked: AdoptAgent, machine: string | null): Entries {
  const { type, name, socket, pane, pid, cwd } = asked
  const there = layout.agents.find(
    ({ adopt, machine: on }) =>
      adopt?.pane === pane &&
      adopt.socket === socket &&
      adopt.pid === pid &&
      (machine === null || on === machine),
  )
  if (there !== undefined)
    throw new OrchestraError(`${there.id} is that pane already`, { kind: 'refused', hint: fix('agent.list') })
  const { ids } = freeIds(layout, name ?? type, 1, name !== null)
  const value = {
    type,
    ...(machine === null ? {} : { machine }),
    ...(cwd === null ? {} : { cwd }),
    adopt: { socket, pane, pid },
  }
  return { entries: ids.map((id) => ({ id, value })), ids }
}

/** Puts the text in its place as a whole or not at all, and only if `check` takes the new file. */
async function replace(
  path: string,
  text: string,
  check: (fresh: string) => Promise<void> = async () => {},
): Promise<void> {
  const fresh = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.new`)
  try {
    await writeFile(fresh, text, { flag: 'wx', mode: 0o600 })
    const mode = await stat(path).then(
      (found) => found.mode & 0o777,
      () => 0o644,
    )
    await chmod(fresh, mode)
    await check(fresh)
    await rename(fresh, path)
  } catch (error) {
    await rm(fresh, { force: true })
    throw error
  }
}

/** Rejects if the new file is not a valid layout; the message names the place it is meant for. */
async function mustLoad(daemon: Daemon, fresh: string, path: string): Promise<void> {
  await daemon.loadLayout(fresh).catch((error: unknown) => {
    if (!(error instanceof OrchestraError)) throw error
    const said = error.message.replaceAll(fresh, path).replaceAll(basename(fresh), basename(path))
    throw new OrchestraError(said, { kind: error.kind, hint: 'Nothing was changed.', cause: error })
  })
}

/** Restores the file as it was, unless somebody has written there since. */
async function putBack({ path, before, text }: Written): Promise<void> {
  if ((await readFile(path, 'utf8').catch(() => null)) !== text) return
  if (before === null) await rm(path, { force: true })
  else await replace(path, before)
}
