/** `windows:`. */
import * as z from 'zod'
import { checkedId, type AgentId, type WindowName } from '../../core/ids.js'
import { nearest } from '../../core/layout/did-you-mean.js'
import type { AgentSpec } from '../../core/layout/model.js'
import { VIEW_NAMES, type ViewName } from '../../core/layout/view-names.js'
import type { PaneSpec, WindowSpec } from '../../core/layout/window-spec.js'
import type { LayoutPath, Report } from '../../core/layout/report.js'
import { quote } from '../../core/layout/report.js'
import { isMap } from '../located.js'
import { keys, whole, type Docs, type Key, type Values } from './key.js'
import { command, count, env, flag, id, line, path, text, title, word } from './kinds.js'
import { lineToArgv, textsOf } from './read.js'

/** A share of the window in percent. */
const percentage = (): Key<number | null> => ({
  schema: () =>
    z.union([
      count(1, 99).schema(),
      z.string().regex(/^[1-9]\d?%$/, { error: 'is no share: write 60% or 60' }),
    ]),
  read: (size) => {
    if (typeof size === 'number') return size
    return typeof size === 'string' && /^\d{1,2}%$/.test(size) ? Number(size.slice(0, -1)) : null
  },
})

const pane = keys(() => ({
  agent: id<AgentId>(),
  view: word(...VIEW_NAMES),
  command: command(),
  cwd: path(),
  env: env(),
  size: percentage(),
  focus: flag(),
}))
const panes = (): Key<readonly unknown[] | null> => ({
  schema: () => z.array(z.union([text().schema(), z.null(), pane.schema()])).min(1),
  read: (value) => (Array.isArray(value) ? value : null),
})

const window = keys(() => ({
  name: id<WindowName>(),
  title: title(),
  layout: line(8192),
  agent: id<AgentId>(),
  agents: agentList(),
  view: word(...VIEW_NAMES),
  command: command(),
  panes: panes(),
  cwd: path(),
  env: env(),
  focus: flag(),
}))
const agentList = (): Key<readonly AgentId[]> => ({
  schema: () => z.array(id().schema()).min(1),
  read: (value) => textsOf(value).map((name) => checkedId<AgentId>(name)),
})

const SHOWS = `what it shows, one of these: an agent, several, a view (${VIEW_NAMES.map((name) => `\`${name}\``).join(', ')}), a command, a list of panes`
const GROUND = 'of its commands: in which [directory](#directories), over which environment'
export const WINDOW_DOCS: Docs<typeof window> = {
  name: 'in tmux; without it the name of its only agent or view',
  title: 'free text for people',
  layout:
    'a name that tmux knows, or a layout string as tmux prints it (`list-windows`); both are checked before tmux sees them',
  agent: SHOWS,
  agents: SHOWS,
  view: SHOWS,
  command: SHOWS,
  panes: SHOWS,
  cwd: GROUND,
  env: GROUND,
  focus: '`true`: the session begins with this window',
}

const CONTENT = 'what it shows, one of these; the word alone means an agent, a view, or else a command'
export const PANE_DOCS: Docs<typeof pane> = {
  agent: CONTENT,
  view: CONTENT,
  command: CONTENT,
  cwd: 'of its command, over what the window says',
  env: 'of its command, over what the window says',
  size: 'its share of the window: `60%`',
  focus: '`true`: the window begins with this pane',
}

export const windows = (): Key<unknown> => ({
  schema: () => z.array(z.union([id().schema(), window.schema()])).min(1),
  read: (value) => value ?? null,
})

/** The person's own shell. */
const SHELL = ['sh', '-c', 'exec "${SHELL:-/bin/sh}"']
const CONTENTS = ['agent', 'agents', 'view', 'command', 'panes'] as const

/** Without `windows:` each agent gets one, and the monitor comes last. */
export function expandWindows(list: unknown, agents: readonly AgentSpec[], report: Report): WindowSpec[] {
  if (list === null) return defaultWindows(agents)
  if (!Array.isArray(list)) return []
  const ids = new Set<string>(agents.map((agent) => agent.id))
  return list.map((value, index) => expandWindow(value, index, ids, report))
}

function defaultWindows(agents: readonly AgentSpec[]): WindowSpec[] {
  const name = agents.some((agent) => agent.id.toLowerCase() === 'monitor') ? 'Orchestra-Monitor' : 'Monitor'
  return [...agents.map(({ id }) => windowOf(id, [agentPane(id)])), windowOf(name, [viewPane('monitor')])]
}

function windowOf(name: string, panes: readonly PaneSpec[]): WindowSpec {
  return { name: checkedId(name), title: null, layout: null, focus: false, panes }
}

type Window = Values<typeof window>

function expandWindow(
  value: unknown,
  index: number,
  agents: ReadonlySet<string>,
  report: Report,
): WindowSpec {
  const path: LayoutPath = ['windows', index]
  if (typeof value === 'string') return windowOf(value, [agentPane(checkedId(value))])
  if (!isMap(value)) return windowOf('', [])
  const present = CONTENTS.filter((key) => window.has(value, key) && value[key] !== null)
  if (present.length === 0) {
    report(path, `the window shows nothing: give it one of ${CONTENTS.join(', ')}`)
  } else if (present.length > 1) {
    report([...path, present[1]!], `a window has either ${present.join(' or ')}, not both`)
  }
  const values = window.read(value)
  const { agent: _agent, agents: _agents, view: _view, command: _command, ...more } = values
  const { panes: _panes, cwd: _cwd, env: _env, ...rest } = more
  const panes = windowPanes(values, path, agents, report)
  const only = panes.length === 1 ? panes[0] : undefined
  const name = rest.name ?? (only?.kind === 'agent' ? only.agent : only?.kind === 'view' ? only.view : null)
  if (name === null && !window.has(value, 'name')) report(path, 'the window has no name')
  return whole<WindowSpec>()({ ...rest, name: checkedId(name ?? ''), panes })
}

function windowPanes(
  window: Window,
  path: LayoutPath,
  agents: ReadonlySet<string>,
  report: Report,
): PaneSpec[] {
  if (window.panes !== null)
    return window.panes.map((pane, at) => expandPane(pane, window, [...path, 'panes', at], agents, report))
  if (window.agents.length > 0) return window.agents.map(agentPane)
  if (window.agent !== null) return [agentPane(window.agent)]
  if (window.view !== null) return [viewPane(window.view)]
  return window.command === null ? [] : [commandPane(window.command, window)]
}

/** A pane that is only a word: an agent's id, a view's name, else a command line. */
function expandPane(
  value: unknown,
  window: Window,
  path: LayoutPath,
  agents: ReadonlySet<string>,
  report: Report,
): PaneSpec {
  if (typeof value === 'string') return wordPane(value, window, path, agents, report)
  if (!isMap(value)) return commandPane(SHELL, window)
  const present = (['agent', 'view', 'command'] as const).filter((key) => pane.has(value, key))
  if (present.length > 1)
    report([...path, present[1]!], `a pane has either ${present.join(' or ')}, not both`)
  const { agent, view, command, cwd, env, ...shared } = pane.read(value)
  if (agent !== null) return whole<PaneOf<'agent'>>()({ ...agentPane(agent), ...shared })
  if (view !== null) return whole<PaneOf<'view'>>()({ ...viewPane(view), ...shared })
  return whole<PaneOf<'command'>>()({ ...commandPane(command ?? SHELL, window, { cwd, env }), ...shared })
}

function wordPane(
  word: string,
  window: Window,
  path: LayoutPath,
  agents: ReadonlySet<string>,
  report: Report,
): PaneSpec {
  if (agents.has(word)) return agentPane(checkedId(word))
  const view = VIEW_NAMES.find((name) => name === word)
  if (view !== undefined) return viewPane(view)
  const near = /^[A-Za-z0-9_-]+$/.test(word) && /[A-Z0-9]/.test(word) ? nearest(word, agents) : undefined
  if (near !== undefined) {
    report(
      path,
      `no agent is called ${quote(word)} (did you mean ${near}?); a program of that name: command: [${word}]`,
    )
  }
  return commandPane(lineToArgv(word), window)
}

type PaneOf<K extends PaneSpec['kind']> = Extract<PaneSpec, { readonly kind: K }>

function agentPane(agent: AgentId): PaneOf<'agent'> {
  return { kind: 'agent', agent, size: null, focus: false }
}

function viewPane(view: ViewName): PaneOf<'view'> {
  return { kind: 'view', view, size: null, focus: false }
}

/** @param own what the pane says for itself */
function commandPane(
  command: readonly string[],
  window: Pick<Window, 'cwd' | 'env'>,
  own: Pick<Window, 'cwd' | 'env'> = { cwd: null, env: {} },
): PaneOf<'command'> {
  return {
    kind: 'command',
    command,
    cwd: own.cwd ?? window.cwd,
    env: { ...window.env, ...own.env },
    size: null,
    focus: false,
  }
}
