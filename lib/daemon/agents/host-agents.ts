/** Agents on one machine: their windows, generations and logs. See `host.ts` for what is asked of a pane. */
import { fix } from '../../core/fixes.js'
import { randomBytes } from 'node:crypto'
import { HOOK_RECORD } from '../../agents/hook-script.js'
import { OrchestraError } from '../../core/errors.js'
import type { AgentId } from '../../core/ids.js'
import type { StartedWindow } from '../../tmux/agent-session.js'
import { agentStart, endStarts, sayLeft } from '../machines/end-starts.js'
import type { Host } from '../machines/host.js'
import { enterLine } from '../machines/place-files.js'
import { openWindow, placeStart } from '../machines/place-start.js'
import { startLines, type Program } from '../machines/start-files.js'

/**
 * Also the starts of earlier versions, in the agent's own directory. Taken out of it first: whoever removes a tree while
 * somebody swaps its directories for links removes another one.
 */
const FORGET = `
umask 077
cd "$1" || exit 0
out=.new.$4 n=0
mkdir "$out" || exit 1
away() { n=$((n + 1)); mkdir "$out/$n" && mv -f "./$1" "$out/$n/"; }
for one in "$2.start"/gen.*; do
  [ "$one" != "$2.start/gen.$3" ] && [ -d "$one" ] && [ ! -h "$one" ] || continue
  away "$one"
done
for one in "$2.agent"/gen.*; do
  [ "$one" = "$2.agent/gen.$3" ] || { [ ! -e "$one" ] && [ ! -h "$one" ]; } || away "$one"
done
rm -rf "$out"`

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
    if (generation > 1) await endEarlier(host, agent)
    // What an earlier generation was told is nothing to this one.
    const old = keepsTask ? [HOOK_RECORD] : ['task.json', HOOK_RECORD]
    await placeStart(host, [
      enterLine(paths.root, paths.logs),
      ...startLines(paths.root, { dir, start: paths.start(agent) }, generation, program, old),
    ])
  }
  return openWindow(host, agentStart(host, agent, generation), {
    agent,
    generation: String(generation),
    argv: ['sh', paths.launcher, dir, String(generation)],
    log: paths.log(agent),
  })
}

/** Never beside what an earlier start left: its launcher may have been killed together with who watches it. */
async function endEarlier(host: Host, agent: AgentId): Promise<void> {
  const pids = await endStarts(host, [agentStart(host, agent)])
  const left = sayLeft(pids)
  if (left === null) return
  throw new OrchestraError(`${left} of an earlier start of ${agent}: nothing is started beside it`, {
    kind: 'failed',
    hint: `Look there: \`${fix('process.look', pids.join(','))}\`. End it, then \`${fix('agent.restart', agent)}\`.`,
  })
}

/** What its launchers left before that generation, which is all that still counts. */
export async function forgetOldGenerations(host: Host, agent: AgentId, keep: number): Promise<void> {
  await host.shell.run(FORGET, {
    args: [host.paths.root, agent, String(keep), randomBytes(12).toString('hex')],
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
