import type { AgentId, WindowName } from '../../core/ids.js'
import { nearest } from '../../core/layout/did-you-mean.js'
import type { AgentSpec, PaneSpec, ViewName, WindowSpec } from '../../core/layout/model.js'
import type { LayoutPath, Report } from '../../core/layout/report.js'
import { quote } from '../../core/layout/report.js'
import type { YamlMap } from '../located.js'
import { isMap } from '../located.js'
import { VIEW_NAMES } from '../schema/layout-schema.js'
import * as read from './read.js'

/** The person's own shell. */
const SHELL = ['sh', '-c', 'exec "${SHELL:-/bin/sh}"']
const CONTENTS = ['agent', 'agents', 'view', 'command', 'panes'] as const

/** Without `windows:` each agent gets one, and the monitor comes last. */
export function expandWindows(root: YamlMap, agents: readonly AgentSpec[], report: Report): WindowSpec[] {
  const list = root['windows']
  if (list === undefined || list === null) return defaultWindows(agents)
  if (!Array.isArray(list)) return []
  const ids = new Set<string>(agents.map((agent) => agent.id))
  return list.map((value, index) => expandWindow(value, index, ids, report))
}

function defaultWindows(agents: readonly AgentSpec[]): WindowSpec[] {
  const windows: WindowSpec[] = agents.map((agent) => ({
    ...windowBase(agent.id),
    panes: [agentPane(agent.id)],
  }))
  const name = agents.some((agent) => agent.id.toLowerCase() === 'monitor') ? 'Orchestra-Monitor' : 'Monitor'
  return [...windows, { ...windowBase(name), panes: [viewPane('monitor')] }]
}

function expandWindow(
  value: unknown,
  index: number,
  agents: ReadonlySet<string>,
  report: Report,
): WindowSpec {
  const path: LayoutPath = ['windows', index]
  if (typeof value === 'string') return { ...windowBase(value), panes: [agentPane(value)] }
  if (!isMap(value)) return { ...windowBase(''), panes: [] }
  const present = CONTENTS.filter((key) => value[key] !== undefined && value[key] !== null)
  if (present.length === 0) {
    report(path, `the window shows nothing: give it one of ${CONTENTS.join(', ')}`)
  } else if (present.length > 1) {
    report([...path, present[1]!], `a window has either ${present.join(' or ')}, not both`)
  }
  const panes = windowPanes(value, path, agents, report)
  const only = panes.length === 1 ? panes[0] : undefined
  const name =
    read.text(value, 'name') ??
    (only?.kind === 'agent' ? only.agent : only?.kind === 'view' ? only.view : null)
  if (name === null && !('name' in value)) report(path, 'the window has no name')
  return {
    ...windowBase(name ?? ''),
    title: read.text(value, 'title'),
    layout: read.text(value, 'layout'),
    focus: read.boolean(value, 'focus'),
    panes,
  }
}

function windowPanes(
  window: YamlMap,
  path: LayoutPath,
  agents: ReadonlySet<string>,
  report: Report,
): PaneSpec[] {
  const panes = window['panes']
  if (Array.isArray(panes)) {
    return panes.map((pane, at) => expandPane(pane, window, [...path, 'panes', at], agents, report))
  }
  const list = read.texts(window, 'agents')
  if (list.length > 0) return list.map(agentPane)
  const agent = read.text(window, 'agent')
  if (agent !== null) return [agentPane(agent)]
  const view = read.oneOf(window, 'view', VIEW_NAMES)
  if (view !== null) return [viewPane(view)]
  const command = read.argv(window, 'command')
  return command.length > 0 ? [commandPane(command, window, window)] : []
}

/** A pane that is only a word: an agent's id, a view's name, else a command line. */
function expandPane(
  pane: unknown,
  window: YamlMap,
  path: LayoutPath,
  agents: ReadonlySet<string>,
  report: Report,
): PaneSpec {
  if (pane === null) return commandPane(SHELL, window, window)
  if (typeof pane === 'string') {
    if (agents.has(pane)) return agentPane(pane)
    const view = VIEW_NAMES.find((name) => name === pane)
    if (view !== undefined) return viewPane(view)
    const near = /^[A-Za-z0-9_-]+$/.test(pane) && /[A-Z0-9]/.test(pane) ? nearest(pane, agents) : undefined
    if (near !== undefined) {
      report(
        path,
        `no agent is called ${quote(pane)} (did you mean ${near}?); a program of that name: command: [${pane}]`,
      )
    }
    return commandPane(read.lineToArgv(pane), window, window)
  }
  if (!isMap(pane)) return commandPane(SHELL, window, window)
  const shared = { size: share(pane['size']), focus: read.boolean(pane, 'focus') }
  const agent = read.text(pane, 'agent')
  const view = read.oneOf(pane, 'view', VIEW_NAMES)
  const command = read.argv(pane, 'command')
  const present = ['agent', 'view', 'command'].filter((key) => key in pane)
  if (present.length > 1)
    report([...path, present[1]!], `a pane has either ${present.join(' or ')}, not both`)
  if (agent !== null) return { ...agentPane(agent), ...shared }
  if (view !== null) return { ...viewPane(view), ...shared }
  return { ...commandPane(command.length > 0 ? command : SHELL, pane, window), ...shared }
}

function agentPane(agent: string): PaneSpec {
  return { kind: 'agent', agent: agent as AgentId, size: null, focus: false }
}

function viewPane(view: ViewName): PaneSpec {
  return { kind: 'view', view, size: null, focus: false }
}

function commandPane(command: readonly string[], pane: YamlMap, window: YamlMap): PaneSpec {
  return {
    kind: 'command',
    command,
    cwd: read.text(pane, 'cwd') ?? read.text(window, 'cwd'),
    env: { ...read.env(window, 'env'), ...read.env(pane, 'env') },
    size: null,
    focus: false,
  }
}

function windowBase(name: string): Omit<WindowSpec, 'panes'> {
  return { name: name as WindowName, title: null, layout: null, focus: false }
}

function share(size: unknown): number | null {
  if (typeof size === 'number') return size
  return typeof size === 'string' && /^\d{1,2}%$/.test(size) ? Number(size.slice(0, -1)) : null
}
