/** Options and hooks of a person's tmux server that could remove, resize, rename or reorder what is ours on it. */
export interface HostileOption {
  readonly what: string
  /** Of the person's server, before we come. */
  readonly before?: readonly (readonly string[])[]
  /** While we are there: it would have ended the server by itself at our coming. */
  readonly after?: readonly (readonly string[])[]
  /** The option ends a server without clients, whoever was there: the person looks on. */
  readonly isWatched?: boolean
}

const global = (...option: string[]) => ['set-option', '-g', ...option]
const globalWindow = (...option: string[]) => ['set-option', '-gw', ...option]
const hook = (name: string, command: string) => ['set-hook', '-g', name, command]

/** What people have in their configuration, or could. */
export const HOSTILE_OPTIONS: readonly HostileOption[] = [
  { what: 'destroy-unattached on', before: [global('destroy-unattached', 'on')] },
  { what: 'detach-on-destroy off', before: [global('detach-on-destroy', 'off')] },
  { what: 'exit-unattached on', before: [['set-option', '-s', 'exit-unattached', 'on']], isWatched: true },
  { what: 'renumber-windows on', before: [global('renumber-windows', 'on')] },
  {
    what: 'base-index 7, pane-base-index 3',
    before: [global('base-index', '7'), globalWindow('pane-base-index', '3')],
  },
  {
    what: 'automatic-rename and allow-rename on',
    before: [globalWindow('automatic-rename', 'on'), globalWindow('allow-rename', 'on')],
  },
  { what: 'remain-on-exit on', before: [globalWindow('remain-on-exit', 'on')] },
  { what: 'aggressive-resize on', before: [globalWindow('aggressive-resize', 'on')] },
  { what: 'window-size smallest', before: [globalWindow('window-size', 'smallest')] },
  { what: 'window-size manual', after: [globalWindow('window-size', 'manual')] },
  { what: 'default-size 20x5', before: [global('default-size', '20x5')] },
  { what: 'synchronize-panes on', before: [globalWindow('synchronize-panes', 'on')] },
  { what: 'alternate-screen off', before: [globalWindow('alternate-screen', 'off')] },
  { what: 'a shell that ends at once', before: [global('default-shell', '/bin/false'), global('default-command', 'false')] },
  { what: 'client-detached: kill-session', before: [hook('client-detached', 'kill-session')] },
  {
    what: 'client-detached: kill-session unless attached',
    before: [hook('client-detached', "if-shell -F '#{==:#{session_attached},0}' kill-session")],
  },
  { what: 'client-attached: rename-session', before: [hook('client-attached', "rename-session 'taken-#{client_pid}'")] },
  { what: 'after-new-window: kill-window', before: [hook('after-new-window', 'kill-window')] },
  { what: 'after-split-window: select-layout', before: [hook('after-split-window', 'select-layout even-vertical')] },
  { what: 'window-layout-changed: select-layout', before: [hook('window-layout-changed', 'select-layout even-vertical')] },
  { what: 'window-linked: rename-window', before: [hook('window-linked', 'rename-window mine')] },
  { what: 'window-unlinked: kill-session', before: [hook('window-unlinked', 'kill-session')] },
  { what: 'pane-exited: kill-session', before: [hook('pane-exited', 'kill-session')] },
  { what: 'session-window-changed: kill-window', before: [hook('session-window-changed', 'kill-window')] },
] // prettier-ignore
