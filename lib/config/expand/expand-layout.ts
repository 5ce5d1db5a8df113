import { isAbsolute, join, resolve } from 'node:path'
import type { SessionName } from '../../core/ids.js'
import { NOISE, type Layout, type NotifySpec } from '../../core/layout/model.js'
import type { Report } from '../../core/layout/report.js'
import { withPhaseGates, withPhases } from '../../core/phases/with-phases.js'
import type { YamlMap } from '../located.js'
import { expandAgents } from './agents.js'
import { expandGates, expandPeople } from './gates.js'
import { expandLayers, expandMachines, expandMcpServers } from './machines.js'
import * as read from './read.js'
import { expandMilestones, expandPhases } from './phases.js'
import { expandTasks } from './tasks.js'
import { expandWindows } from './windows.js'

export interface ExpandOptions {
  /** Of the layout file: a relative `run_dir` starts there. */
  readonly directory: string
  /** Where what names no `cwd` works on this machine; absent: in `directory`. */
  readonly workDirectory?: string
  readonly home: string
  /** Texts of prompt files by task id. */
  readonly prompts: ReadonlyMap<string, string>
}

/** The document as a whole layout: shorthands written out, defaults filled in. Never throws; what does not fit is left out. */
export function expandLayout(root: YamlMap, options: ExpandOptions, report: Report): Layout {
  const { machines, local } = expandMachines(root, report)
  const agents = expandAgents(root, local, report)
  const phases = expandPhases(root)
  const tmux = read.map(root, 'tmux')
  const runDir = read.text(root, 'run_dir')
  return {
    version: 1,
    session: (read.text(root, 'session') ?? '') as SessionName,
    title: read.text(root, 'title'),
    tmux: {
      socket: read.text(tmux, 'socket') ?? 'orchestra',
      keys: read.oneOf(tmux, 'keys', ['own', 'user'] as const) ?? 'own',
    },
    runDir: runDir === null ? null : localPath(runDir, options),
    directory: options.workDirectory ?? options.directory,
    layers: expandLayers(root),
    machines,
    agents,
    mcpServers: expandMcpServers(root, local),
    windows: expandWindows(root, agents, report),
    tasks: withPhases(expandTasks(root, local, options.prompts, report), phases),
    gates: withPhaseGates(expandGates(root), phases),
    phases,
    milestones: expandMilestones(root),
    timezone: read.text(root, 'timezone'),
    people: expandPeople(root),
    waves: { barrier: read.boolean(read.map(root, 'waves'), 'barrier') },
    notify: expandNotify(read.map(root, 'notify')),
    problems: {
      show: NOISE.filter((noise) => read.texts(read.map(root, 'problems'), 'show').includes(noise)),
    },
  }
}

export function localPath(path: string, options: Pick<ExpandOptions, 'directory' | 'home'>): string {
  if (path === '~' || path.startsWith('~/')) return join(options.home, path.slice(1))
  return isAbsolute(path) ? resolve(path) : resolve(options.directory, path)
}

function expandNotify(map: YamlMap): NotifySpec {
  const span = /^(\d+):(\d+)-(\d+):(\d+)$/.exec(read.text(map, 'quiet') ?? '')
  const minutes = (hours?: string, rest?: string) => Number(hours) * 60 + Number(rest)
  return {
    command: read.argv(map, 'command'),
    webhook: read.text(map, 'webhook'),
    quiet: span === null ? null : { from: minutes(span[1], span[2]), to: minutes(span[3], span[4]) },
  }
}
