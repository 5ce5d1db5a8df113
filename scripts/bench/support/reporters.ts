/**
 * Agents in the middle of a task that never ends, and what an agent does to be heard: a marker on its screen, or the
 * files and the ring of orchestra-report, written here without the time that its shell takes.
 */
import { spawnSync } from 'node:child_process'
import { readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { StatusDocument } from '../../../lib/core/protocol/status.js'
import { eventually } from '../../../spec/support/eventually.js'
import { clientOf, type ClusterAgent } from './cluster.js'
import type { Ground, Host } from './ground.js'

export interface Reporter {
  readonly agent: string
  readonly task: string
  readonly nonce: string
  readonly attempt: string
  readonly host: Host
  /** ORCHESTRA_DIR. */
  readonly dir: string
  /** The pane's terminal: what is written there is what the agent prints. */
  readonly tty: string
  /** On the host's tmux. */
  readonly pane: string
  progress: number
}

/** Takes its task and says nothing by itself. */
const WAITS = 'type: command, command: [sh, -c, "exec cat >/dev/null"]'

export function reporterAgents(ground: Ground, count: number): ClusterAgent[] {
  return Array.from({ length: count }, (_, i) => ({
    id: `R-${i + 1}`,
    machine: ground.hosts[i % ground.hosts.length]?.name ?? 'here',
    spec: WAITS,
  }))
}

export function reporterTasks(agents: readonly ClusterAgent[]): string {
  return `tasks:\n${agents.map(({ id }) => `  T-${id}: { title: reports, agent: ${id} }`).join('\n')}\n`
}

/** Starts the run and waits until every reporter has its task. */
export async function startReporters(ground: Ground, agents: readonly ClusterAgent[]): Promise<Reporter[]> {
  await ground.orchestra.ok('run')
  await eventually(async () => {
    const { tasks } = await clientOf(ground).get<StatusDocument>('/v1/status')
    return tasks.every(({ status }) => status === 'IN_PROGRESS')
  }, 60_000)
  // A task is in progress a moment before its files are on the host.
  return eventually(() => agents.map((agent) => reporterOf(ground, agent)), 60_000)
}

function reporterOf(ground: Ground, { id, machine }: ClusterAgent): Reporter {
  const host = ground.hosts.find(({ name }) => name === machine)
  if (host === undefined) throw new Error(`${machine} is no host`)
  const dir = join(hostDir(host), `${id}.agent`)
  const task = JSON.parse(readFileSync(join(dir, 'task.json'), 'utf8')) as Record<string, string>
  const { pane, tty } = paneOf(host, id)
  const { nonce = '', attempt = '', task: name = '' } = task
  return { agent: id, task: name, nonce, attempt, host, dir, tty, pane, progress: 0 }
}

/** The agent's own pane, on its host. */
export function paneOf(host: Host, agent: string): { readonly pane: string; readonly tty: string } {
  const row = hostTmux(host, 'list-panes', '-a', '-F', '#{pane_start_command}\t#{pane_id}\t#{pane_tty}')
    .split('\n')
    .find((line) => line.includes(`/${agent}.agent`))
  const [, pane = '', tty = ''] = row?.split('\t') ?? []
  if (tty === '') throw new Error(`${agent} has no pane on ${host.name}`)
  return { pane, tty }
}

/** Where orchestra keeps its things of this session on the host. */
export function hostDir(host: Host): string {
  const root = join(host.sshd.home, '.local/state/orchestra/hosts')
  const [only = ''] = readdirSync(root)
  return join(root, only)
}

export function hostTmux(host: Host, ...args: string[]): string {
  const env = { PATH: process.env['PATH'] ?? '', HOME: host.sshd.home, TMUX_TMPDIR: host.sshd.tmuxTmpdir }
  const { status, stdout, stderr } = spawnSync('tmux', ['-u', '-L', 'orchestra', ...args], {
    env,
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`tmux ${args[0]}: ${stderr}`)
  return stdout
}

export function printMarker(reporter: Reporter): void {
  reporter.progress += 1
  writeFileSync(reporter.tty, `<<ORC:${reporter.nonce}:${reporter.progress}%>>\r\n`)
}

export function writeReport(reporter: Reporter): void {
  reporter.progress += 1
  const { agent, task, attempt, nonce, dir } = reporter
  const now = new Date().toISOString()
  const record = {
    agent_id: agent,
    task_id: task,
    attempt,
    nonce,
    status: 'IN_PROGRESS',
    progress: reporter.progress / 100,
    text: null,
    started_at: null,
    updated_at: now,
    output_files: [],
    errors: [],
    next_task: null,
    checkpoint: null,
  }
  writeFileSync(join(dir, 'status.json.part'), `${JSON.stringify(record)}\n`)
  renameSync(join(dir, 'status.json.part'), join(dir, 'status.json'))
  writeFileSync(join(dir, '../bell'), `R ${agent}\n`)
}
