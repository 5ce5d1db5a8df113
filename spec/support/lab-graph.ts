/**
 * The shipped layout `claude-and-codex` with the real CLIs on two machines, and what the model does to them: CX-1 meets a
 * usage limit in `load` and CC-1 one in `data`, CC-2 never gets an answer in its first try at `docs`. Notes each change of an agent's state
 * with what stood on its screen.
 */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ApiClient } from '../../lib/api/client.js'
import type { EventRow } from '../../lib/core/protocol/status.js'
import type { Turn } from '../../scripts/lab/stub/scenes.js'
import { turnFor } from '../../scripts/lab/stub/scenes.js'
import { isTask, readTask, workerTurn } from '../../scripts/lab/stub/worker.js'
import type { ClusterHost } from './cluster.js'
import { makeLabCluster, type LabCluster } from './lab-cluster.js'

export const SESSION = 'claude-and-codex'
const HOSTS: Readonly<Record<string, string>> = { 'CC-1': 'mugen', 'CC-2': 'mugen', 'CX-1': 'majin' }

export interface Change {
  readonly at: number
  readonly agent: string
  readonly text: string
  readonly title: string
  readonly screen: string
}

export interface LabGraph extends LabCluster {
  readonly changes: readonly Change[]
  readonly rows: readonly EventRow[]
  /** The attempts of `docs` that the model leaves without an answer. */
  readonly stuck: ReadonlySet<string>
  /** An agent's screen on its own machine, with colours or without. */
  screen(agent: string, ansi?: boolean): string
  host(agent: string): ClusterHost
  /** Of the CLI itself, not of what started it; null: none lives. */
  processOf(agent: string): number | null
  /** Notes from now on, and everything before, until it is removed. */
  follow(): void
}

export interface LabGraphOptions {
  /** Seconds that the usage limits last. */
  readonly resetsIn?: number
}

export async function makeLabGraph({ resetsIn = 20 }: LabGraphOptions = {}): Promise<LabGraph> {
  const stuck = new Set<string>()
  const freeAt = new Map<string, number>()
  const choose = (_: string, prompt: string, results: number): Turn => {
    if (!isTask(prompt)) return turnFor(prompt, results)
    const task = readTask(prompt)
    if (task.id === 'load' || task.id === 'data') {
      const end = freeAt.get(task.id) ?? Date.now() + resetsIn * 1000
      freeAt.set(task.id, end)
      const left = Math.ceil((end - Date.now()) / 1000)
      if (left > 0) return { error: { status: 429, kind: 'usage', resetsIn: left } }
    }
    if (task.id === 'docs' && results === 1 && (stuck.size === 0 || stuck.has(task.nonce))) {
      stuck.add(task.nonce)
      return { ...workerTurn(prompt, results), end: 'hang' }
    }
    return workerTurn(prompt, results)
  }
  const cluster = await makeLabCluster({ mugen: 'claude', majin: 'codex' }, { choose })
  const changes: Change[] = []
  const rows: EventRow[] = []
  const stop = new AbortController()
  let following = Promise.resolve()
  const hostOf = (agent: string) => cluster.host(HOSTS[agent] ?? agent)
  const screenOf = (agent: string, ansi = false) => {
    const pane = tmux(hostOf(agent), 'list-panes', '-a', '-F', '#{pane_id} #{@orch_agent}')
      .split('\n')
      .find((line) => line.endsWith(` ${agent}`))
      ?.split(' ')[0]
    return pane === undefined
      ? ''
      : tmux(hostOf(agent), 'capture-pane', '-p', ...(ansi ? ['-e'] : []), '-t', pane)
  }
  const titleOf = (agent: string) =>
    tmux(hostOf(agent), 'list-panes', '-a', '-F', '#{@orch_agent} #{pane_title}')
      .split('\n')
      .find((line) => line.startsWith(`${agent} `))
      ?.slice(agent.length + 1) ?? ''
  const seen = (row: EventRow) => {
    rows.push(row)
    if (row.type !== 'agent.observed' || row.subject === null) return
    changes.push({
      at: Date.now(),
      agent: row.subject,
      text: row.text,
      title: titleOf(row.subject),
      screen: screenOf(row.subject),
    })
  }
  return {
    ...cluster,
    changes,
    rows,
    stuck,
    screen: screenOf,
    host: hostOf,
    processOf: (agent) =>
      hostOf(agent)
        .processes()
        .find(({ pid, args }) => /^\S*\/(?:claude|codex)(?:\.exe)? /.test(args) && belongsTo(pid, agent))
        ?.pid ?? null,
    follow() {
      const socket = join(cluster.orchestra.state, 'run', `${SESSION}.sock`)
      following = new ApiClient(socket).stream(
        '/v1/stream?only=event&after=0',
        ({ event, data }) => {
          if (event === 'event') seen(data as EventRow)
        },
        stop.signal,
      )
    },
    remove: async () => {
      stop.abort()
      await following.catch(() => undefined)
      await cluster.remove()
    },
  }
}

function belongsTo(pid: number, agent: string): boolean {
  return readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0').includes(`ORCHESTRA_AGENT=${agent}`)
}

function tmux({ sshd }: ClusterHost, ...args: string[]): string {
  const env = { PATH: process.env['PATH'] ?? '', TMUX_TMPDIR: sshd.tmuxTmpdir }
  return spawnSync('tmux', ['-u', '-L', 'orchestra', ...args], { env, encoding: 'utf8', timeout: 10_000 })
    .stdout
}
