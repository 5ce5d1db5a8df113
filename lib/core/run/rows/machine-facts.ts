/** What the daemon sees of machines and MCP servers beside the journal: it stands in `status`, and nothing is decided from it. */
import type { Noise } from '../../layout/model.js'
import type { GitRow, StatusCommitRow } from '../../protocol/status.js'
import type { Millis } from '../../time.js'
import type { MachineState } from '../../words.js'

export interface Survey {
  readonly load1: number | null
  readonly cores: number | null
  /** 0…1 used */
  readonly memory: number | null
  /** 0…1 used */
  readonly disk: number | null
  readonly git: GitRow | null
  readonly agentProcesses: number | null
  /** The newest first. */
  readonly statusCommits: readonly StatusCommitRow[]
  readonly repoMissing: boolean
  /** The working copy's topmost directory. */
  readonly top: string | null
  /** Submodules that its next commit has without saying where they come from. */
  readonly bareGitlinks: readonly string[]
}

export interface SurveyProblem {
  /** Told by `doctor` alone, unless the layout wants it; null: everybody wants to know. */
  readonly noise: Noise | null
  readonly text: string
  /** What to do about it. */
  readonly mend: string
}

export interface MachineFacts {
  readonly survey: Survey | null
  readonly surveyedAt: Millis | null
  readonly problems: readonly SurveyProblem[]
  readonly rttMs: number | null
  readonly tmux: string | null
}

export interface McpFacts {
  readonly state: MachineState
  readonly tools: number | null
  readonly reason: string | null
}
