/**
 * The configuration that a server of ours starts with, instead of the user's. Options that end a 3.3a server (a global
 * `window-size manual`) are not in it; what belongs to one session or window is set there.
 */
const SERVER_CONFIG: readonly string[] = [
  '# Written by orchestra when it starts a tmux server; changes are overwritten.',
  'set -s escape-time 10',
  'set -s set-clipboard off',
  'set -s exit-empty on',
  'set -s focus-events on',
  'set -s buffer-limit 50',
  'set -g default-size 200x50',
  // tmux's own default knows eight colours; tmux-256color is missing on many hosts.
  'set -g default-terminal screen-256color',
  "set -as terminal-features ',*:RGB'",
  'set -g destroy-unattached off',
  'set -g detach-on-destroy on',
  'set -g base-index 1',
  'set -g renumber-windows off',
  'set -g visual-bell off',
  'set -g bell-action none',
  'set -g set-titles off',
  'set -g update-environment ""',
  'set -g history-limit HISTORY',
  'set -gw remain-on-exit off',
  'set -gw automatic-rename off',
  'set -gw allow-rename off',
  'set -gqw allow-passthrough off',
  'set -gw aggressive-resize off',
  'set -gw monitor-activity off',
]

export function serverConfig(historyLimit = 5000): string {
  return `${SERVER_CONFIG.join('\n').replace('HISTORY', String(Math.trunc(historyLimit)))}\n`
}
