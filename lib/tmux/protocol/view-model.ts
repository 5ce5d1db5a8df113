/** The view session as it should be and as it is: values that `view-plan.ts` compares. */
import type { AgentId, PaneId, WindowId } from '../../core/ids.js'
import { assertNever } from '../../core/assert-never.js'
import { workDirectory } from '../../core/layout/work-directory.js'
import type { Layout, PaneSpec, ViewName } from '../../core/layout/model.js'

export interface DesiredPane {
  /** Stable and unique in the session: `<window>/<kind>:<what>`. The same slot is the same pane, whatever else changes. */
  readonly slot: string
  /** The pane's own process; a mirror's only sleeps. */
  readonly argv: readonly string[]
  readonly cwd: string | null
  readonly env: Readonly<Record<string, string>>
  /** The agent that the pane mirrors. */
  readonly agent: AgentId | null
  /** Free text for the border. */
  readonly label: string
  readonly size: number | null
  readonly focus: boolean
}

export interface DesiredWindow {
  /** `[A-Za-z0-9_-]` only: tmux shows it and expands what it is given. */
  readonly name: string
  readonly layout: string | null
  readonly panes: readonly DesiredPane[]
  readonly focus: boolean
}

export interface ViewDesired {
  /** Window n of the session is `windows[n - 1]`. */
  readonly windows: readonly DesiredWindow[]
  /** Names of windows that keys lead to. */
  readonly monitorWindow: string | null
  readonly mainWindow: string | null
}

export interface ObservedPane {
  readonly paneId: PaneId
  readonly index: number
  readonly tty: string
  readonly cols: number
  readonly rows: number
  /** Empty: not ours. */
  readonly slot: string
  readonly isDead: boolean
  readonly isActive: boolean
  /** The program in front there, by its name. */
  readonly runs?: string
  /** A person types there. */
  readonly isPersons?: boolean
}

export interface ObservedWindow {
  readonly windowId: WindowId
  readonly index: number
  readonly cols: number
  readonly rows: number
  readonly isZoomed: boolean
  /** Keeps its size whoever looks on. */
  readonly isPinned: boolean
  /** The name under which we made it; empty: not ours. */
  readonly mark: string
  /** What was applied last, see `layoutKey`. */
  readonly layoutKey: string
  readonly panes: readonly ObservedPane[]
}

export interface DesiredContext {
  /** argv of a view's process: `orchestra monitor …`. */
  readonly viewArgv: (view: ViewName) => readonly string[]
  readonly mirrorArgv: readonly string[]
  /** `~` in a command's directory. */
  readonly home: string
}

/** The view of a layout: mirrors for agents, processes for views and commands. */
export function viewDesired(layout: Layout, context: DesiredContext): ViewDesired {
  const labels = new Map(layout.agents.map((agent) => [agent.id, agent.label]))
  const taken = new Map<string, number>()
  const windows = layout.windows.map((window) => ({
    name: window.name,
    layout: window.layout,
    focus: window.focus,
    panes: window.panes.map((spec): DesiredPane => {
      const base = `${window.name}/${slotOf(spec)}`
      const count = (taken.get(base) ?? 0) + 1
      taken.set(base, count)
      return {
        slot: count === 1 ? base : `${base}.${count}`,
        agent: spec.kind === 'agent' ? spec.agent : null,
        label: spec.kind === 'agent' ? (labels.get(spec.agent) ?? spec.agent) : labelOf(spec),
        size: spec.size,
        focus: spec.focus,
        ...processOf(spec, layout, context),
      }
    }),
  }))
  const windowOf = (view: ViewName) =>
    layout.windows.find((w) => w.panes.some((p) => p.kind === 'view' && p.view === view))?.name ?? null
  return { windows, monitorWindow: windowOf('monitor'), mainWindow: windows[0]?.name ?? null }
}

function processOf(
  spec: PaneSpec,
  layout: Layout,
  context: DesiredContext,
): Pick<DesiredPane, 'argv' | 'cwd' | 'env'> {
  switch (spec.kind) {
    case 'agent':
      return { argv: context.mirrorArgv, cwd: null, env: {} }
    case 'view':
      return { argv: context.viewArgv(spec.view), cwd: null, env: {} }
    case 'command':
      return {
        argv: spec.command,
        cwd: withHome(workDirectory(layout, null, spec.cwd), context.home),
        env: spec.env,
      }
    default:
      return assertNever(spec)
  }
}

function withHome(path: string | null, home: string): string | null {
  return path === null ? null : path.replace(/^~(?=\/|$)/, () => home)
}

/** A command that changed is another pane: its text is part of the slot. */
function slotOf(spec: PaneSpec): string {
  switch (spec.kind) {
    case 'agent':
      return `agent:${spec.agent}`
    case 'view':
      return `view:${spec.view}`
    case 'command':
      return `command:${shortHash(JSON.stringify([spec.command, spec.cwd, spec.env]))}`
    default:
      return assertNever(spec)
  }
}

function labelOf(spec: PaneSpec): string {
  if (spec.kind === 'command') return spec.command.join(' ').slice(0, 60)
  return spec.kind === 'view' ? spec.view : spec.agent
}

/** FNV-1a, 8 hex digits: tells texts apart, protects nothing. */
export function shortHash(text: string): string {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0
  return hash.toString(16).padStart(8, '0')
}
