/** Every key, once: the footer, the help and the dispatcher read this table. */
/** Of `PANELS`. */
export type PanelNumber = 0 | 1 | 2 | 3 | 4 | 5

export type Command =
  | { readonly do: 'move'; readonly by: number | 'page' | '-page' | 'first' | 'last' }
  | { readonly do: 'focus'; readonly to: 'next' | 'previous' | PanelNumber }
  | { readonly do: 'ask'; readonly what: 'approve' | 'deny' | 'retry' | 'restart' | 'stop' | 'pause' | 'ack' }
  | {
      readonly do:
        | 'details'
        | 'back'
        | 'attach'
        | 'send'
        | 'filter'
        | 'search'
        | 'again'
        | 'sort'
        | 'view'
        | 'log'
        | 'help'
        | 'redraw'
        | 'suspend'
        | 'quit'
    }

export interface Binding {
  readonly keys: readonly string[]
  /** As the help shows them. */
  readonly shown: string
  readonly help: string
  /** One word for the footer; those without are in the help only. The first fit. */
  readonly brief?: string
  readonly group: 'look' | 'act' | 'move'
  readonly command: Command
}

const bind = (
  group: Binding['group'],
  keys: readonly string[],
  shown: string,
  help: string,
  command: Command,
  brief?: string,
): Binding => ({ group, keys, shown, help, command, ...(brief === undefined ? {} : { brief }) })

export const BINDINGS: readonly Binding[] = [
  bind('look', ['?', 'f1'], '?', 'this help', { do: 'help' }, 'help'),
  bind('look', ['enter'], 'Enter', 'details and live screen', { do: 'details' }, 'details'),
  bind('act', ['a'], 'a', 'attach to the agent', { do: 'attach' }, 'attach'),
  bind('act', ['y'], 'y', 'approve what it asks, or the gate', { do: 'ask', what: 'approve' }, 'approve'),
  bind('act', ['d'], 'd', 'deny it', { do: 'ask', what: 'deny' }, 'deny'),
  bind('act', ['s'], 's', 'send a prompt to the agent', { do: 'send' }, 'send'),
  bind('act', ['r'], 'r', 'retry the task', { do: 'ask', what: 'retry' }, 'retry'),
  bind('act', ['R'], 'R', 'restart the agent', { do: 'ask', what: 'restart' }, 'restart'),
  bind('act', ['p'], 'p', 'pause or resume the run', { do: 'ask', what: 'pause' }, 'pause'),
  bind('act', ['t'], 't', 'take the escalation on (ack)', { do: 'ask', what: 'ack' }, 'take on'),
  bind('act', ['x'], 'x', 'stop the agent, or cancel the task', { do: 'ask', what: 'stop' }, 'stop'),
  bind('look', ['/'], '/', 'search (n: next match)', { do: 'search' }, 'search'),
  bind('look', ['n'], 'n', 'next match', { do: 'again' }),
  bind('look', ['f'], 'f', 'filter rows (word, !word)', { do: 'filter' }, 'filter'),
  bind('look', ['o'], 'o', 'another order', { do: 'sort' }, 'order'),
  bind('look', ['v'], 'v', 'another view: queue, phases, github', { do: 'view' }, 'view'),
  bind('look', ['l'], 'l', 'in details: the log', { do: 'log' }),
  bind('look', ['C-l'], '^L', 'draw everything anew', { do: 'redraw' }),
  bind('look', ['escape'], 'Esc', 'back; clears search and filter', { do: 'back' }, 'back'),
  bind('move', ['tab', 'right'], 'Tab', 'next panel', { do: 'focus', to: 'next' }, 'panel'),
  bind('move', ['S-tab', 'left'], 'S-Tab', 'previous panel', { do: 'focus', to: 'previous' }),
  // F12: sent by `C-b a`; see tmux/view-keys.ts.
  bind('move', ['!', '0', 'f12'], '!', 'what needs you', { do: 'focus', to: 0 }),
  bind('move', ['1'], '1', 'agents', { do: 'focus', to: 1 }),
  bind('move', ['2'], '2', 'tasks', { do: 'focus', to: 2 }),
  bind('move', ['3'], '3', 'machines', { do: 'focus', to: 3 }),
  bind('move', ['4'], '4', 'events', { do: 'focus', to: 4 }),
  bind('move', ['5'], '5', 'escalations', { do: 'focus', to: 5 }),
  bind('move', ['down', 'j'], 'j ↓', 'down', { do: 'move', by: 1 }),
  bind('move', ['up', 'k'], 'k ↑', 'up', { do: 'move', by: -1 }),
  bind('move', ['pagedown', ' ', 'C-f'], 'PgDn', 'a page down', { do: 'move', by: 'page' }),
  bind('move', ['pageup', 'b', 'C-b'], 'PgUp', 'a page up', { do: 'move', by: '-page' }),
  bind('move', ['home', 'g'], 'g', 'first', { do: 'move', by: 'first' }),
  bind('move', ['end', 'G'], 'G', 'last', { do: 'move', by: 'last' }),
  bind('look', ['C-z'], '^Z', 'suspend', { do: 'suspend' }),
  bind('look', ['q', 'C-c'], 'q', 'quit (nothing stops)', { do: 'quit' }, 'quit'),
]

const BY_KEY = new Map(
  BINDINGS.flatMap((binding) => binding.keys.map((key) => [key, binding.command] as const)),
)

export function commandOf(key: string): Command | null {
  return BY_KEY.get(key) ?? null
}
