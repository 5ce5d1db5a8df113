/** Variables that an agent CLI reads its own key from: where the person's shell has them, it alone is given them. */
import type { AgentBehaviour } from '../core/layout/model.js'

const ANTHROPIC = ['ANTHROPIC_API_KEY', 'ANTHROPIC_AUTH_TOKEN', 'CLAUDE_CODE_OAUTH_TOKEN'] as const
const OPENAI = ['OPENAI_API_KEY', 'CODEX_API_KEY'] as const
const GOOGLE = ['GEMINI_API_KEY', 'GOOGLE_API_KEY'] as const

export const OWN_KEYS: Readonly<Record<AgentBehaviour, readonly string[]>> = {
  claude: ANTHROPIC,
  codex: OPENAI,
  gemini: GOOGLE,
  // Takes whichever provider it finds a key of.
  opencode: [...ANTHROPIC, ...OPENAI, ...GOOGLE, 'OPENROUTER_API_KEY', 'OPENCODE_API_KEY'],
  shell: [],
  command: [],
  demo: [],
}
