/** Agents on one machine: their windows, generations and logs. See `host.ts` for what is asked of a pane. */
import { HOOK_RECORD } from '../../agents/hook-script.js'
import type { AgentId } from '../../core/ids.js'
import { shellQuote } from '../../core/shell-quote.js'
import type { StartedWindow } from '../../tmux/agent-session.js'
import type { Host } from './host.js'
import { placeFiles } from './place-files.js'
import { startFiles, type Program } from './start-files.js'

const KEPT_LOG_BYTES = 16 * 1024 * 1024

/** Starts it once: the same generation asked for again finds what is there. `keepsTask`: what it works on goes on. */
export async function startWindowOf(
  host: Host,
  agent: AgentId,
  generation: number,
  program: Program,
  keepsTask = false,
): Promise<StartedWindow> {
  const { session, paths } = host
  const there = (await session.list()).find((p) => p.agent === agent && p.generation === String(generation))
  const dir = paths.agent(agent)
  if (there === undefined) {
    // What an earlier generation was told is nothing to this one.
    const names = keepsTask ? [HOOK_RECORD] : ['task.json', HOOK_RECORD]
    const old = names.map((name) => shellQuote(`${dir}/${name}`)).join(' ')
    const prepare = `mkdir -p ${shellQuote(paths.logs)} && rm -f ${old}`
    await placeFiles(host.shell, startFiles(dir, generation, program), prepare)
  }
  return session.startWindow({
    agent,
    generation: String(generation),
    argv: ['sh', paths.launcher, dir, String(generation)],
    log: paths.log(agent),
  })
}

/** Windows of the agent other than that generation's: left over from before a restart. Without `keep`: all of them. */
export async function closeWindowsOf(host: Host, agent: AgentId, keep?: number): Promise<void> {
  for (const pane of await host.session.list()) {
    if (pane.agent === agent && pane.generation !== String(keep)) await host.session.stopWindow(pane.window)
  }
}

/** What its launchers left before that generation, which is all that still counts. */
export async function forgetOldGenerations(host: Host, agent: AgentId, keep: number): Promise<void> {
  await host.shell.run('cd "$1" && for one in gen.*; do [ "$one" = "gen.$2" ] || rm -rf -- "$one"; done', {
    args: [host.paths.agent(agent), String(keep)],
    lane: 'bulk',
  })
}

export async function tailOfLog(host: Host, agent: AgentId, bytes: number): Promise<string> {
  const out = await host.shell.must('[ -f "$1" ] && tail -c "$2" "$1" || :', {
    args: [host.paths.log(agent), String(bytes)],
    maxBytes: bytes + 1024,
    lane: 'bulk',
  })
  return out.toString('utf8')
}

export async function rotateLogs(host: Host): Promise<void> {
  const panes = (await host.session.list()).filter((p) => p.dead === null && p.piped)
  await host.session.rotateLogs(
    panes.map((p) => ({ pane: p.pane, file: host.paths.log(p.agent) })),
    KEPT_LOG_BYTES,
  )
}
