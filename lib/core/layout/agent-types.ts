/**
 * The agent types that are built in: what a layout, the scheduler and a survey must know of each. Everything else is said by
 * its folder in `agents/`; the registry there has to have a definition for each.
 */
interface AgentTypeFacts {
  /** The name of its program, on PATH and among processes; null: it is no agent CLI. */
  readonly program: string | null
  /** It can run one process a task: `mode: headless`. */
  readonly headless: boolean
  /** It takes a task whenever it lives and nothing says otherwise; the others must have been seen idle. */
  readonly readyUnseen: boolean
  /** It does tasks that name no agent. */
  readonly takesTasks: boolean
}

const CLI = { headless: true, readyUnseen: false, takesTasks: true } as const

export const AGENT_TYPES = {
  claude: { program: 'claude', ...CLI },
  codex: { program: 'codex', ...CLI },
  gemini: { program: 'gemini', ...CLI },
  opencode: { program: 'opencode', ...CLI },
  shell: { program: null, headless: false, readyUnseen: true, takesTasks: false },
  demo: { program: null, headless: false, readyUnseen: true, takesTasks: true },
  command: { program: null, headless: true, readyUnseen: true, takesTasks: true },
} as const satisfies Readonly<Record<string, AgentTypeFacts>>

/** The behaviour (rules, launch, delivery); the layout's own types `extends` one of these. */
export type AgentBehaviour = keyof typeof AGENT_TYPES

export const BUILT_IN_AGENT_TYPES = Object.keys(AGENT_TYPES) as readonly AgentBehaviour[]

export const HEADLESS_BEHAVIOURS: ReadonlySet<AgentBehaviour> = new Set(
  BUILT_IN_AGENT_TYPES.filter((type) => AGENT_TYPES[type].headless),
)

/** Programs of the agent CLIs, as they are found on PATH and among processes. */
export const AGENT_PROGRAMS: readonly string[] = BUILT_IN_AGENT_TYPES.flatMap((type) => {
  const { program } = AGENT_TYPES[type]
  return program === null ? [] : [program]
})

/** Whether agents of the type are an agent CLI, and not a program of the person's own. */
export function isAgentCli(type: AgentBehaviour): boolean {
  return AGENT_TYPES[type].program !== null
}
