import { programLine } from './program-line.js'
import type { VerbContext } from './verb.js'

/** How tables are drawn for the terminal of this verb. */
export function look(c: VerbContext): { cols: number; ascii: boolean; color: boolean; program: string } {
  return { cols: c.cols, ascii: c.ascii, color: c.color, program: programLine(c) }
}
