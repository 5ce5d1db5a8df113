/** What could not be ended: noted in the journal, and told to the person who asked for the end. */
import type { AgentId, AttemptId } from '../../core/ids.js'
import type { DaemonContext } from '../context.js'
import { sayLeft } from '../machines/end-starts.js'

type Subject = AgentId | AttemptId

const known = new WeakMap<DaemonContext, Map<Subject, string>>()

/** @returns what was said of it; null: nothing lives on. */
export function noteLeft(subject: Subject, pids: readonly number[], context: DaemonContext): string | null {
  const said = sayLeft([...new Set(pids)])
  const mine = known.get(context) ?? new Map<Subject, string>()
  known.set(context, mine)
  mine.delete(subject)
  if (said === null) return null
  mine.set(subject, said)
  context.loop.dispatch({ type: 'noted', at: context.clock.now(), subject, text: said })
  return said
}

/** At most so long a person waits to hear it: two seconds for TERM, then KILL. */
const WAIT_MS = 5000

/** Waits until `isOver`, or for a while. @returns what lives on of the subject; null: nothing, or nobody knows yet. */
export async function leftAfter(
  subject: Subject,
  isOver: () => boolean,
  context: DaemonContext & { subscribe(listener: () => void): () => void },
): Promise<string | null> {
  if (!isOver()) {
    await new Promise<void>((resolve) => {
      const finish = () => {
        clearTimeout(timer)
        unsubscribe()
        resolve()
      }
      const timer = setTimeout(finish, WAIT_MS)
      const unsubscribe = context.subscribe(() => isOver() && finish())
    })
  }
  return known.get(context)?.get(subject) ?? null
}
