/**
 * Variables that a shell was given because of where it runs, not because its person wants them: marks of an agent, an
 * editor, a terminal, a service manager or a git hook around it. A program that we start runs somewhere else.
 */

/** Names, or prefixes that end in `*`. */
type Names = readonly string[]

/** Set for the children of an agent CLI; some CLIs refuse to start where another one's mark is set. */
const AGENTS: Names = [
  'CLAUDECODE',
  'CLAUDE_CODE_ENTRYPOINT',
  'CLAUDE_CODE_SSE_PORT',
  'CLAUDE_CODE_SESSION_*',
  'CLAUDE_CODE_CHILD_*',
  'CLAUDE_CODE_REMOTE*',
  'CLAUDE_CODE_CONTAINER_*',
  'CLAUDE_PROJECT_DIR',
  'CLAUDE_ENV_FILE',
  'CODEX_*',
  'GEMINI_CLI',
  'GEMINI_CLI_IDE_*',
  'SANDBOX',
  'QWEN_CODE',
  'QWEN_CODE_IDE_*',
  'OPENCODE',
  'OPENCODE_PID',
  'OPENCODE_PORT',
  'OPENCODE_CALLER',
  'OPENCODE_CLIENT',
  'OPENCODE_RUN_*',
  'OPENCODE_PROCESS_*',
  'KILO',
  'KILO_PID',
  'KILO_PROCESS_*',
  'CURSOR_AGENT',
  'CURSOR_TRACE_ID',
  'COPILOT_CLI',
  'COPILOT_AGENT_*',
  'AMP_CURRENT_THREAD_ID',
  'AUGMENT_AGENT',
  'CLINE_ACTIVE',
  'ROO_ACTIVE',
  'GOOSE_TERMINAL',
  'PI_CODING_AGENT',
  'AI_AGENT',
  'AGENT',
]

/** What an agent of ours has, where `up` is typed by one: its own identity, directory and start. */
const ORCHESTRA: Names = ['ORCHESTRA_*']

/** The person's own choice of where orchestra keeps its state. */
const KEPT_ORCHESTRA: Names = ['ORCHESTRA_HOME', 'ORCHESTRA_SSH_CONFIG']

const TERMINALS: Names = [
  'TMUX',
  'TMUX_PANE',
  'TMUX_PLUGIN_MANAGER_PATH',
  'STY',
  'WINDOW',
  'WINDOWID',
  'ZELLIJ*',
  'KITTY_*',
  'ITERM_*',
  'WEZTERM_*',
  'GHOSTTY_*',
  'ALACRITTY_*',
  'KONSOLE_*',
  'TERM_PROGRAM*',
  'TERM_SESSION_ID',
  'TERMINAL_EMULATOR',
  'LC_TERMINAL*',
  'VTE_VERSION',
  'WT_SESSION',
  'WT_PROFILE_ID',
  'WARP_*',
  'COLORTERM',
  'COLORFGBG',
  'TERM',
  'TERMCAP',
  'TERMINFO',
  'COLUMNS',
  'LINES',
  'SSH_TTY',
  'SSH_CONNECTION',
  'SSH_CLIENT',
  'SSH_ORIGINAL_COMMAND',
  'GPG_TTY',
]

const EDITORS: Names = [
  'VSCODE_*',
  'INSIDE_EMACS',
  'EMACS',
  'NVIM',
  'NVIM_LISTEN_ADDRESS',
  'VIM',
  'VIMRUNTIME',
  'MYVIMRC',
  'JUPYTER_*',
  'JPY_PARENT_PID',
]

/** A service manager's, a build's, a test runner's, another process's. */
const RUNNERS: Names = [
  'INVOCATION_ID',
  'JOURNAL_STREAM',
  'NOTIFY_SOCKET',
  'LISTEN_FDS',
  'LISTEN_PID',
  'LISTEN_FDNAMES',
  'WATCHDOG_PID',
  'WATCHDOG_USEC',
  'MANAGERPID',
  'SYSTEMD_EXEC_PID',
  'MEMORY_PRESSURE_*',
  'RUNTIME_DIRECTORY',
  'STATE_DIRECTORY',
  'CACHE_DIRECTORY',
  'LOGS_DIRECTORY',
  'CREDENTIALS_DIRECTORY',
  'MAKEFLAGS',
  'MFLAGS',
  'MAKEOVERRIDES',
  'MAKELEVEL',
  'NODE_CHANNEL_FD',
  'NODE_CHANNEL_SERIALIZATION_MODE',
  'NODE_UNIQUE_ID',
  'JEST_WORKER_ID',
  'VITEST*',
  'PYTEST_CURRENT_TEST',
]

/** A shell's own account of itself. */
const SHELLS: Names = ['_', 'PWD', 'OLDPWD', 'SHLVL', 'PS1', 'PS2', 'PROMPT_COMMAND']

/** They make git speak of another repository, or give a commit another time, than its directory and clock say. */
const GIT: Names = [
  'GIT_DIR',
  'GIT_WORK_TREE',
  'GIT_INDEX_FILE',
  'GIT_INDEX_VERSION',
  'GIT_COMMON_DIR',
  'GIT_OBJECT_DIRECTORY',
  'GIT_ALTERNATE_OBJECT_DIRECTORIES',
  'GIT_QUARANTINE_PATH',
  'GIT_NAMESPACE',
  'GIT_PREFIX',
  'GIT_GRAFT_FILE',
  'GIT_SHALLOW_FILE',
  'GIT_REPLACE_REF_BASE',
  'GIT_NO_REPLACE_OBJECTS',
  'GIT_IMPLICIT_WORK_TREE',
  'GIT_DISCOVERY_ACROSS_FILESYSTEM',
  'GIT_INTERNAL_*',
  'GIT_CONFIG',
  'GIT_CONFIG_PARAMETERS',
  'GIT_EXEC_PATH',
  'GIT_REFLOG_ACTION',
  'GIT_PUSH_*',
  'GIT_AUTHOR_DATE',
  'GIT_COMMITTER_DATE',
]

/** git sets these for its hooks; a person may have set them, too. */
const GIT_IN_A_HOOK: Names = ['GIT_EDITOR', 'GIT_SEQUENCE_EDITOR', 'GIT_AUTHOR_*', 'GIT_COMMITTER_*']

/** Settings that a person makes; with CLAUDECODE set, every other CLAUDE_CODE_* is its session's. */
const CLAUDE_SETTINGS =
  /^CLAUDE_CODE_(?:USE_|SKIP_|ENABLE_|DISABLE_|MAX_|API_|SUBAGENT_|EFFORT_|SHELL|GLOB_|GIT_BASH_|OTEL_|CLIENT_|EXTRA_|PROXY_|IDE_)/

const NPM = /^(?:npm_|INIT_CWD$)/

const ALWAYS = matcher([...AGENTS, ...ORCHESTRA, ...TERMINALS, ...EDITORS, ...RUNNERS, ...SHELLS, ...GIT])
const KEPT = matcher([...KEPT_ORCHESTRA, 'CODEX_HOME'])
const HOOK = matcher(GIT_IN_A_HOOK)

/** Whether a variable of that shell is a mark. What is set beside it may decide. */
export function isMark(name: string, has: (name: string) => boolean): boolean {
  if (KEPT(name)) return false
  if (ALWAYS(name)) return true
  if (name.startsWith('CLAUDE_CODE_')) return has('CLAUDECODE') && !CLAUDE_SETTINGS.test(name)
  // An outer agent's TMPDIR ends with that agent.
  if (name === 'TMPDIR') return has('ORCHESTRA_DIR')
  if (HOOK(name)) return has('GIT_DIR') || has('GIT_INDEX_FILE') || has('GIT_PREFIX')
  if (NPM.test(name)) return has('npm_execpath') || has('npm_lifecycle_event')
  return false
}

/** Marks that have one name each: to remove them where we can only name what is to go. */
export const MARK_NAMES: Names = [...AGENTS, ...EDITORS, ...RUNNERS, ...GIT].filter((n) => !n.endsWith('*'))

function matcher(names: Names): (name: string) => boolean {
  const whole = new Set(names.filter((name) => !name.endsWith('*')))
  const prefixes = names.filter((name) => name.endsWith('*')).map((name) => name.slice(0, -1))
  return (name) => whole.has(name) || prefixes.some((prefix) => name.startsWith(prefix))
}
