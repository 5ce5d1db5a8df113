/**
 * What orchestra knows about one type of agent. Plain data and pure functions: the daemon carries out what they
 * return, on whichever machine the agent lives.
 */
import type { AnswerStep } from '../core/delivery/answer-dialog.js'
import type { DeliveryProfile } from '../core/delivery/profile.js'
import type { AgentBehaviour } from '../core/layout/agent-types.js'
import type { RuleSet } from '../core/status/rules.js'
import type { Segmenter } from '../core/status/segment.js'
import type { AgentState } from '../core/words.js'

export interface AgentDefinition {
  readonly behaviour: AgentBehaviour
  /** For people: `Claude Code`. */
  readonly title: string
  /** argv when the layout names none; empty: the layout must. `~/` and `$ORCHESTRA_HOST_DIR/` are not expanded here. */
  readonly command: readonly string[]
  /** Variables that it reads its own key from: where the person's shell has them, it alone is given them. */
  readonly ownKeys: readonly string[]
  /** How its version is asked for, and which ones the rules read; null: it has none. */
  readonly version: CliVersion | null
  readonly rules: RuleSet
  readonly segment: Segmenter
  /** A program that is not known: its rules find questions alone, printing is working, silence is `quiet`. */
  readonly byActivity: boolean
  readonly delivery: DeliveryProfile
  /** A task comes as a prompt, or as the line `TASK <id> <path of task.json>`. */
  readonly taskInput: 'prompt' | 'line'
  /** Everything that a start needs besides the layout's command. */
  readonly launch: (context: LaunchContext) => Launch
  /**
   * What one of its hooks says about its state; null: nothing. The newest event stands in `$ORCHESTRA_DIR/hook.json`
   * (`HOOK_RECORD`), written by the script that `launch` brings, which rings the daemon.
   */
  readonly hookState: (event: string, payload: unknown) => HookState | null
  /** One process a task, without a screen; null: it has no such mode. */
  readonly headless: Headless | null
  /**
   * The next keys for the permission dialog on the screen. `rows` with their colours (`capture-pane -e`): opencode shows
   * the selected answer only by its background, and is refused without; the others need none.
   */
  readonly answer: (rows: readonly string[], answer: 'approve' | 'deny') => AnswerStep
}

export interface LaunchContext {
  /** The layout's command, or the definition's. */
  readonly command: readonly string[]
  /** As the CLI says it; null: not known, then only what every version understands is used. */
  readonly version: string | null
  /** Absolute paths on the agent's machine. */
  readonly home: string
  readonly cwd: string
  /** The agent's own directory, ORCHESTRA_DIR. */
  readonly agentDir: string
  /** Beside it, where the agent's sandbox may not write: hooks and settings, which run and count outside of it. */
  readonly startDir: string
  /** `orchestra-report` on that machine. */
  readonly reportProgram: string
  /** Directories of `auto_trust`, absolute. */
  readonly autoTrust: readonly string[]
  /** A session of an earlier generation that this start goes on with (after a reboot); null: a new one. */
  readonly resume: string | null
  /** A fresh UUID: the name of the session where the CLI lets us choose it. */
  readonly sessionId: string
}

export interface Launch {
  readonly argv: readonly string[]
  /** Below the layout's own `env`. */
  readonly env: Readonly<Record<string, string>>
  /** Applied before the start, in order; undone at `down` by `remove`. */
  readonly files: readonly FileEdit[]
  /** What to give as `resume` after a reboot; null: learnt from a hook (`sessionOf`), or not possible. */
  readonly session: string | null
}

/** One file on the agent's machine. Read, edit, write beside and rename, mode 0600 for new files. */
export interface FileEdit {
  readonly path: string
  /** The present text, null when there is no file → the new text, or null to leave it as it is. Throws nothing: a file that it cannot read is left alone. */
  readonly merge: (text: string | null) => string | null
  /** Takes out exactly what `merge` put in; null: leave it. */
  readonly remove: (text: string | null) => string | null
}

export interface HookState {
  readonly state: AgentState
  readonly text: string | null
  /** The CLI's own name of the session, for `resume`. */
  readonly session: string | null
  /** The prompt that it says it has just taken. */
  readonly prompt?: string | null
  /** The last message of a turn that is over, as the model wrote it and before a screen has drawn it. */
  readonly message?: string | null
  /** Where the CLI keeps the conversation, on its machine: older versions name that alone at the end of a turn. */
  readonly transcript?: string | null
}

export interface Headless {
  /** argv for one task; the prompt goes to its standard input. */
  readonly argv: (context: LaunchContext) => readonly string[]
  /** Below the layout's own `env`. */
  readonly env: Readonly<Record<string, string>>
  /** Reads its output line by line. */
  readonly stream: () => HeadlessStream
}

export interface HeadlessStream {
  /** One line of standard output → text for the log, possibly empty. */
  readonly line: (line: string) => string
  /** After the end of the process. */
  readonly result: (exitCode: number | null) => HeadlessResult
}

export interface HeadlessResult {
  readonly outcome: 'done' | 'fail'
  readonly state: 'exited' | 'error' | 'limited'
  /** The final message, or what went wrong. */
  readonly text: string | null
  readonly session: string | null
}

/** How the version of a CLI is asked for. */
export interface CliVersion {
  /** Appended to the command, they print the version. */
  readonly args: readonly string[]
  /** In the name of the program or its package. */
  readonly name: string
  /** The oldest version whose screens the rules are known to read. */
  readonly oldest: string
}
