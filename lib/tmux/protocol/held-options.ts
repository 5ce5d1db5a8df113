/**
 * What a session and a window of ours are told explicitly, because the server may be a person's own: an option that is
 * left to the global value can remove, resize, rename or reorder what is ours, or send a key to more panes than one. A
 * hook of the person runs for events of ours, too, unless ours is set and empty.
 */
import type { Command } from './quote.js'

type Option = readonly [name: string, value: string]

/** `options`: without the hooks. They are most of it, and a server that we started a moment ago has none. */
export type Held = 'all' | 'options'

/**
 * tmux up to 3.6 can die when a session ends together with the control client of a daemon that was killed, so
 * `destroy-unattached` is not a matter of taste.
 */
const SESSION: readonly Option[] = [
  ['destroy-unattached', 'off'],
  ['base-index', '1'],
  ['renumber-windows', 'off'],
]

const WINDOW: readonly Option[] = [
  ['automatic-rename', 'off'],
  ['allow-rename', 'off'],
  ['aggressive-resize', 'off'],
  ['pane-base-index', '1'],
  ['synchronize-panes', 'off'],
  ['alternate-screen', 'on'],
  ['allow-passthrough', 'off'],
]

const AFTER = [
  'bind-key', 'capture-pane', 'copy-mode', 'display-message', 'display-panes', 'kill-pane', 'list-buffers', 'list-clients',
  'list-keys', 'list-panes', 'list-sessions', 'list-windows', 'load-buffer', 'lock-server', 'new-session', 'new-window',
  'paste-buffer', 'pipe-pane', 'queue', 'refresh-client', 'rename-session', 'rename-window', 'resize-pane', 'resize-window',
  'save-buffer', 'select-layout', 'select-pane', 'select-window', 'send-keys', 'set-buffer', 'set-environment', 'set-hook',
  'set-option', 'show-environment', 'show-messages', 'show-options', 'split-window', 'unbind-key',
] as const // prettier-ignore

/** The rest keeps to the person's own sessions: what happens in theirs is theirs. */
const SESSION_HOOKS: readonly string[] = [
  'after-set-option',
  ...AFTER.filter((command) => command !== 'set-option').map((command) => `after-${command}`),
  'alert-activity', 'alert-bell', 'alert-silence', 'client-active', 'client-attached', 'client-detached',
  'client-focus-in', 'client-focus-out', 'client-resized', 'client-session-changed', 'session-closed', 'session-created',
  'session-renamed', 'session-window-changed', 'window-linked', 'window-unlinked',
] // prettier-ignore

const WINDOW_HOOKS: readonly string[] = [
  'pane-died', 'pane-exited', 'pane-focus-in', 'pane-focus-out', 'pane-mode-changed', 'pane-set-clipboard',
  'pane-title-changed', 'window-layout-changed', 'window-pane-changed', 'window-renamed', 'window-resized',
] // prettier-ignore

/** `-q`: an older tmux does not know all of them. @param target `=NAME:` or an id. */
export function heldSession(target: string, held: Held = 'all'): Command[] {
  return [...masked(SESSION_HOOKS, held), ...SESSION].map(([name, value]) => [
    'set-option', '-q', '-t', target, name, value,
  ]) // prettier-ignore
}

/** @param target a window, or a pane in it. */
export function heldWindow(target: string, held: Held = 'all'): Command[] {
  return [...masked(WINDOW_HOOKS, held), ...WINDOW].map(([name, value]) => [
    'set-option', '-q', '-w', '-t', target, name, value,
  ]) // prettier-ignore
}

function masked(hooks: readonly string[], held: Held): Option[] {
  return held === 'all' ? hooks.map((hook): Option => [hook, '']) : []
}
