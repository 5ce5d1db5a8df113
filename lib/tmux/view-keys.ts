/**
 * The configuration of the view's own server: what a person sees and presses. Written to a file that tmux reads when
 * it starts; a server that is not ours gets session and window options only.
 */

export interface ViewConfigOptions {
  readonly defaultTerminal: string
  /** Lines of the person's own, already chosen by `userBindings`. */
  readonly extra?: readonly string[]
}

/** Raise when the configuration changes: a running server of ours then reads it again. */
export const CONFIG_VERSION = '4'

/** The monitor's key for its rows of what needs a person; in its inputs it is no text. Sent where it is alone in its window. */
const NEEDS_YOU_KEY = 'F12'

/** What `prefix` (C-b) and a key do, besides tmux's own. Shown by `orchestra attach --help` and in the manual. */
export const VIEW_KEYS = [
  { key: 'm', does: 'go to the monitor', command: `run-shell -C 'select-window -t "#{@orch_monitor}"'` },
  {
    key: 'o',
    does: 'go to the orchestrator window',
    command: `run-shell -C 'select-window -t "#{@orch_main}"'`,
  },
  {
    key: 'a',
    does: 'go to what needs you',
    command: `if-shell -F '#{!=:#{@orch_waiting},}' { run-shell -C 'switch-client -t "#{@orch_waiting}"' } { if-shell -F '#{!=:#{@orch_needs},}' { if-shell -F '#{!=:#{@orch_monitor},}' { run-shell -C 'select-window -t "#{@orch_monitor}" ; if-shell -F -t "#{@orch_monitor}" "##{==:##{window_panes},1}" "send-keys -t \\"#{@orch_monitor}\\" ${NEEDS_YOU_KEY}"' } {} ; display-message '#{@orch_needs}' } { display-message 'Nothing needs you' } }`,
  },
  { key: '0', does: 'go to window 10', command: 'select-window -t :=10' },
] as const

/**
 * tmux's own keys for pasting, which end a 3.3a server in a pane that shows the last words of a failed command. In a
 * buffer's list the command is text: tmux puts the buffer's name in.
 */
const PASTE_KEYS: readonly string[] = [
  `bind-key -N 'Paste the most recent paste buffer' ] if-shell -F '#{pane_dead}' { display-message 'Nothing reads in this pane' } { paste-buffer -p }`,
  `bind-key -N 'Choose a paste buffer from a list' = choose-buffer -Z "if-shell -F '#{pane_dead}' {} { paste-buffer -p -b '%%' }"`,
  `bind-key -n MouseDown2Pane { select-pane -t = ; if-shell -F '#{||:#{pane_in_mode},#{mouse_any_flag}}' { send-keys -M } { if-shell -F '#{pane_dead}' {} { paste-buffer -p } } }`,
]

export function viewConfig(options: ViewConfigOptions): string {
  return [
    '# The tmux server of orchestra. Written anew at each start: changes are lost.',
    `set-option -g @orch_server ${CONFIG_VERSION}`,
    `set-option -g default-terminal ${options.defaultTerminal}`,
    'set-option -s escape-time 10',
    'set-option -s focus-events on',
    'set-option -s exit-empty on',
    'set-option -g base-index 1',
    'set-option -g renumber-windows off',
    'set-option -g mouse on',
    'set-option -g history-limit 5000',
    'set-option -g set-titles off',
    'set-option -g display-time 3000',
    'set-window-option -g pane-base-index 1',
    'set-window-option -g mode-keys emacs',
    ...VIEW_KEYS.map(({ key, does, command }) => `bind-key -N '${does}' ${key} ${command}`),
    ...PASTE_KEYS,
    ...(options.extra ?? []),
    '',
  ].join('\n')
}

const SET_PREFIX = /^set(-option)? +-g +(prefix2?|status-keys|mode-keys) +\S+$/
const BIND = /^(bind|bind-key|unbind|unbind-key) /
/** What has ended servers, or would end ours, or leads out of the bindings. */
const DEADLY =
  /respawn-|respawnp|respawnw|kill-server|window-size|select-layout|selectl|source-file|(^|[\s;{"'])source\s|refresh-client\s+-A|no-output|set(-option|w|-window-option)?\s+-[a-z]*g/

/**
 * Of the person's `tmux.conf` only the key bindings and the choice of prefix: whole lines, continued lines joined.
 * A line that could end the server, or whose braces do not close, is left out.
 */
export function userBindings(text: string): string[] {
  const lines = text.replace(/\\\r?\n/g, ' ').split(/\r?\n/)
  const kept: string[] = []
  for (const raw of lines) {
    const line = raw.trim()
    if (SET_PREFIX.test(line)) kept.push(line)
    else if (BIND.test(line) && !DEADLY.test(line) && bracesClose(line)) kept.push(line)
  }
  return kept
}

function bracesClose(line: string): boolean {
  const bare = line.replace(/\\.|"(\\.|[^"])*"|'[^']*'/g, '').replaceAll('#{', '{')
  let depth = 0
  for (const char of bare) {
    if (char === '{') depth++
    if (char === '}') depth--
    if (depth < 0) return false
  }
  return depth === 0 && !/["']/.test(bare)
}

/** How our session looks, whoever's server it is; `held-options.ts` has what must not be left to the server. */
export const SESSION_OPTIONS: readonly (readonly [string, string])[] = [
  ['mouse', 'on'],
  ['status', 'on'],
  ['status-interval', '15'],
  // tmux cuts its bar anywhere when it is too long, also inside a number: a narrow client gets less, and that whole.
  ['status-left', '#{?#{e|<:#{client_width},80},, #{session_name} }'],
  ['status-left-length', '40'],
  ['status-right', '#{?#{e|<:#{client_width},36}, #{s/  .*//:@orch_status}, #{@orch_status} %H:%M }'],
  ['status-right-length', '120'],
]
