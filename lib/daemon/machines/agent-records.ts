import { HOOK_RECORD } from '../../agents/hook-script.js'
import type { AgentId, AttemptId } from '../../core/ids.js'
import type { Shell } from '../../exec/shell.js'
import { RecordReader } from './record-reader.js'
import { textOf, whyNotRead } from './record-text.js'

export interface AgentFiles {
  readonly exit: string | null
  readonly report: string | null
  readonly hook: string | null
  readonly result: string | null
  /** What stands there and was not read, and why. */
  readonly odd: readonly string[]
}

export class AgentRecords {
  readonly #reader: RecordReader
  /** Starts that stand in their own directory. */
  readonly #ownStarts = new Set<string>()

  constructor(shell: Shell) {
    this.#reader = new RecordReader(shell)
  }

  /** Exit record of a generation, the agent's own report, and the result record of an attempt, in one round trip. */
  async read(
    root: string,
    agent: AgentId,
    generation: number,
    attempt: AttemptId | null,
  ): Promise<AgentFiles> {
    const start = `${agent}.start/gen.${generation}`
    // One that an earlier version of us started leaves its record in its own directory.
    const mayBeOld = !this.#ownStarts.has(start)
    const files = [
      `${start}/exit.json`,
      `${agent}.agent/status.json`,
      `${agent}.agent/${HOOK_RECORD}`,
      `${agent}.agent/results/${attempt ?? ''}.json`,
      ...(mayBeOld ? [`${start}/who`, `${agent}.agent/gen.${generation}/exit.json`] : []),
    ]
    const [exit, report, hook, result, who, before] = await this.#reader.read(root, files)
    if (who?.kind === 'file') this.#ownStarts.add(start)
    const odd = [
      whyNotRead('status.json', report),
      whyNotRead(HOOK_RECORD, hook),
      whyNotRead('the result record', result),
    ]
    return {
      exit: textOf(who?.kind === 'absent' ? before : exit),
      report: textOf(report),
      hook: textOf(hook),
      result: textOf(result),
      odd: odd.filter((why) => why !== null),
    }
  }
}
