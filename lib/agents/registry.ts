/** All built-in agent types. A new type: its folder, its line in core/layout/agent-types.ts, and its line here. */
import { screenRows, trimScreen } from '../core/status/fold.js'
import { readComposer, type Composer } from '../core/delivery/composer.js'
import type { AgentBehaviour } from '../core/layout/agent-types.js'
import { claude } from './claude/definition.js'
import { codex } from './codex/definition.js'
import { command } from './command/definition.js'
import type { AgentDefinition } from './definition.js'
import { demo } from './demo/definition.js'
import { gemini } from './gemini/definition.js'
import { opencode } from './opencode/definition.js'
import { shell } from './shell/definition.js'

const DEFINITIONS = { claude, codex, gemini, opencode, shell, command, demo } as const satisfies Record<
  AgentBehaviour,
  AgentDefinition
>

export function agentDefinition(behaviour: AgentBehaviour): AgentDefinition {
  return DEFINITIONS[behaviour]
}

/** What stands in the composer of a captured screen. `styled`: the same capture with its colours (`-e`), if at hand. */
export function composerOf(definition: AgentDefinition, screen: string, styled?: string): Composer {
  const shape = definition.delivery.composer
  if (shape === null) return { kind: 'absent' }
  const rows = trimScreen(screenRows(screen))
  const segments = definition.segment(rows)
  if (styled === undefined || segments.composer.length === 0) return readComposer(segments.composer, shape)
  const start = rows.indexOf(segments.composer[0] ?? '')
  const offset = segments.composerAt ?? start
  return readComposer(
    segments.composer,
    shape,
    styled.split('\n').slice(offset, offset + segments.composer.length),
  )
}
