import { join, resolve } from 'node:path'
import { schemaOf, type Schema } from './type-schema.js'

const ROOT = resolve(import.meta.dirname, '..', '..')
export const SCHEMAS_DIR = join(ROOT, 'config', 'schemas')

const STATUS = 'lib/core/protocol/status.ts'

/** By the name of the file: what `--json` of a verb prints, or each element of what it prints. */
const DOCUMENTS: Readonly<Record<string, readonly [file: string, type: string, title: string]>> = {
  status: [STATUS, 'StatusDocument', 'orchestra status --json'],
  agent: [STATUS, 'AgentRow', 'an element of orchestra agents --json'],
  machine: [STATUS, 'MachineRow', 'an element of orchestra machines --json'],
  task: [STATUS, 'TaskRow', 'an element of orchestra tasks --json'],
  gate: [STATUS, 'GateRow', 'an element of orchestra gates --json'],
  phase: [STATUS, 'PhaseRow', 'an element of orchestra phases --json'],
  milestone: [STATUS, 'MilestoneRow', 'an element of orchestra milestones --json'],
  escalation: [STATUS, 'EscalationRow', 'an element of orchestra escalations --json'],
  event: [STATUS, 'EventRow', 'an element of orchestra events --json, and each line of events -f --json'],
  workers: ['lib/core/protocol/workers.ts', 'WorkersDocument', 'orchestra workers --json'],
  forecast: ['lib/core/protocol/forecast.ts', 'ForecastDocument', 'orchestra forecast --json'],
  graph: ['lib/core/dag/render-json.ts', 'GraphDocument', 'orchestra graph --json'],
  receipt: ['lib/core/protocol/api.ts', 'Receipt', 'orchestra send --json'],
  github: ['lib/core/protocol/github.ts', 'GithubStatus', 'orchestra github status --json'],
}

export const DOCUMENT_NAMES = Object.keys(DOCUMENTS)

export function documentSchema(name: string): Schema {
  const [file, type, title] = DOCUMENTS[name] ?? ['', '', '']
  return schemaOf(ROOT, file, type, title)
}

export function schemaText(name: string): string {
  return `${JSON.stringify(documentSchema(name), null, 2)}\n`
}
