/** Screens recorded from the real CLIs (`scripts/lab/record.ts`), and what the rules say about them. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { explainScreen } from '../../lib/agents/explain-screen.js'
import type { AgentState } from '../../lib/core/words.js'

export interface Recording {
  readonly name: string
  readonly screen: string
  readonly type: string
  readonly version: string
  readonly title: string
  readonly state: AgentState
  /** `80x24` */
  readonly size: string
}

/** All below a folder `TYPE/NAME/{screen.txt,meta.json}`. */
export function recordingsIn(root: string, type?: string): readonly Recording[] {
  if (!existsSync(root)) return []
  const types = type === undefined ? readdirSync(root).toSorted() : [type]
  return types.flatMap((one) =>
    readdirSync(path.join(root, one))
      .toSorted()
      .map((name) => {
        const file = (base: string) => readFileSync(path.join(root, one, name, base), 'utf8')
        const meta = JSON.parse(file('meta.json')) as Omit<Recording, 'name' | 'screen' | 'size'> & {
          readonly cols: number
          readonly rows: number
        }
        return { ...meta, name, screen: file('screen.txt'), size: `${meta.cols}x${meta.rows}` }
      }),
  )
}

export const explainRecording = (recording: Recording, more: Partial<Recording> = {}) =>
  explainScreen({ ...recording, ...more, clock: { now: 0, offsetMinutes: 0 } })

/** A recording of a retry may be called limited; of an ended process unknown. */
export function agrees(recorded: AgentState, said: AgentState): boolean {
  return (
    said === recorded ||
    (recorded === 'exited' && said === 'unknown') ||
    (recorded === 'working' && said === 'limited')
  )
}
