/** How a person's terminal gets to the view: argv and a word about it. Pure. */
export interface AttachRequest {
  readonly tmux: string
  readonly socket: string
  readonly session: string
  /** A window or pane to go to: its id. */
  readonly target?: string
  /** Looks on, never types, never resizes. */
  readonly readOnly?: boolean
  /** `$TMUX` of the person's terminal: `<socket path>,<server pid>,<session>`; undefined outside tmux. */
  readonly tmuxEnv?: string | undefined
  /** The path of our server's socket, to tell whether `tmuxEnv` is the same server. */
  readonly socketPath: string
}

export interface AttachPlan {
  readonly type: 'attach' | 'switch' | 'nested'
  readonly argv: readonly string[]
  /** Variables to remove from the environment of `argv`. */
  readonly unset: readonly string[]
  /** What the person should know; null when nothing. */
  readonly note: string | null
}

export function planAttach(request: AttachRequest): AttachPlan {
  const { tmux, socket, session, target, readOnly = false, tmuxEnv = '', socketPath } = request
  const base = [tmux, '-u', '-L', socket]
  const goTo = target === undefined ? [] : [';', 'switch-client', '-t', target]
  const outerSocket = tmuxEnv.split(',')[0] ?? ''
  if (outerSocket !== '' && outerSocket === socketPath) {
    const flags = readOnly ? ['-r'] : []
    const argv = [...base, 'switch-client', ...flags, '-t', target ?? `=${session}`]
    return { type: 'switch', argv, unset: [], note: null }
  }
  const flags = readOnly ? ['-r', '-f', 'read-only,ignore-size'] : []
  const argv = [...base, 'attach-session', ...flags, '-t', `=${session}`, ...goTo]
  if (outerSocket === '') return { type: 'attach', argv, unset: [], note: null }
  const note =
    'Nested in your own tmux: your prefix reaches your tmux, your prefix twice (C-b C-b) reaches orchestra; C-b C-b d leaves it.'
  // What was printed is covered at once by what is attached: there it is said again.
  const say = [';', 'display-message', '-d', '5000', note]
  return { type: 'nested', argv: [...argv, ...say], unset: ['TMUX', 'TMUX_PANE'], note }
}
