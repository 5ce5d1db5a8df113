/** One machine: its sockets and processes, the screens of its agents, what Claude's supervisor says. */
import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FoundAgent } from '../core/protocol/look.js'
import type { RuleOverride } from '../core/status/rules.js'
import { safeText } from '../core/text/safe-text.js'
import type { Shell } from '../exec/shell.js'
import { findAgents, socketName, type FoundPane, type Listed, type WantedPane } from './find-agents.js'
import { readScreens, type ReadPane } from './read-screens.js'
import { LIST, SCREENS, SUPERVISED } from './scripts.js'
import { parseSupervised, type Supervised } from './supervised.js'

export interface MachineLook {
  readonly host: string | null
  readonly shell: Pick<Shell, 'run'>
  readonly rules: ReadonlyMap<string, RuleOverride>
  readonly timeoutMs: number
  readonly wanted: WantedPane | null
  /** Called with what is known so far, in case the time runs out before the rest. */
  readonly found: (agents: readonly FoundAgent[]) => void
}

/** An agent whose answer streams may look idle in one frame, so it is looked at again. */
const AGAIN_MS = 450
const FRESH_S = 2
const MOST_BYTES = 8 << 20

/** @returns a remark if the machine has no tmux, else null */
export async function lookAtMachine(look: MachineLook): Promise<string | null> {
  const listed = findAgents(await ask(look, LIST, []), look.wanted)
  const { panes, supervisors } = listed
  look.found(panes.map((pane) => foundAgent(look.host, pane, null)))
  const [read, supervised] = await Promise.all([
    readTwice(look, listed),
    Promise.all(
      supervisors.map(async ({ pid, program }) =>
        parseSupervised(await ask(look, SUPERVISED, [String(pid), program])),
      ),
    ),
  ])
  const inTmux = new Set(panes.map(({ pid }) => pid))
  const others = supervised.flat().filter(({ pid }) => pid === null || !inTmux.has(pid))
  look.found([
    ...panes.flatMap((pane, i) => {
      const one = read[i]
      return one == null ? [] : [foundAgent(look.host, pane, one)]
    }),
    ...others.map((one) => bySupervisor(look.host, one, listed.now)),
  ])
  return listed.hasTmux ? null : 'there is no tmux'
}

async function readTwice(look: MachineLook, { panes, now }: Listed): Promise<readonly (ReadPane | null)[]> {
  const first = await readAll(look, panes, now)
  const doubted = panes.filter((_, i) => first[i]?.state === 'idle' && first[i].age <= FRESH_S)
  if (doubted.length === 0) return first
  await sleep(AGAIN_MS)
  const second = await readAll(look, doubted, now)
  return panes.map((pane, i) => {
    const at = doubted.indexOf(pane)
    return at === -1 ? (first[i] ?? null) : (second[at] ?? null)
  })
}

async function readAll(
  look: MachineLook,
  panes: readonly FoundPane[],
  now: number,
): Promise<readonly (ReadPane | null)[]> {
  if (panes.length === 0) return []
  // Random, so that no screen can imitate it.
  const mark = `orc-${randomBytes(16).toString('hex')}`
  const text = await ask(look, SCREENS, [mark, ...panes.flatMap(({ socket, pane }) => [socket, pane])])
  return readScreens(text, panes, { now, mark, rules: look.rules })
}

async function ask(
  { shell, timeoutMs }: MachineLook,
  script: string,
  args: readonly string[],
): Promise<string> {
  const { stdout } = await shell.run(script, { args, timeoutMs, maxBytes: MOST_BYTES, purpose: 'read' })
  return stdout.toString('utf8')
}

function foundAgent(host: string | null, pane: FoundPane, read: ReadPane | null): FoundAgent {
  const socket = socketName(pane.socket)
  return {
    host,
    address: pane.managed === null ? addressOf(host, socket, pane.pane) : null,
    socket,
    pane: pane.pane,
    session: safeText(pane.session),
    type: pane.type,
    program: pane.program,
    pid: pane.pid,
    state: read?.state ?? 'unknown',
    confidence: read?.confidence ?? 0,
    rule: read?.rule ?? null,
    text: read?.text == null ? null : safeText(read.text),
    age_s: read?.age ?? null,
    cwd: pane.cwd === null ? null : safeText(pane.cwd),
    managed: pane.managed,
    source: 'screen',
  }
}

function bySupervisor(host: string | null, one: Supervised, now: number): FoundAgent {
  return {
    host,
    address: null,
    socket: null,
    pane: null,
    session: safeText(one.name),
    type: 'claude',
    program: 'claude',
    pid: one.pid,
    state: one.state,
    confidence: 0.9,
    rule: null,
    text: one.text === null ? null : safeText(one.text),
    age_s: one.startedAt === null ? null : Math.max(0, now - Math.floor(one.startedAt / 1000)),
    cwd: one.cwd === null ? null : safeText(one.cwd),
    managed: null,
    source: 'claude',
  }
}

/** `[HOST:][SOCKET:]PANE` */
function addressOf(host: string | null, socket: string, pane: string): string {
  if (host !== null) return `${host}:${socket}:${pane}`
  return socket === 'default' ? pane : `${socket}:${pane}`
}
