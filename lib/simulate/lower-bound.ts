import type { Layout } from '../core/layout/model.js'
import type { Millis } from '../core/time.js'

/** No schedule ends sooner than the critical path, nor than the work that only certain agents may do, shared among them. */
export function lowerBoundMs(layout: Layout, criticalMs: Millis): Millis {
  const crews = new Map<string, { ms: Millis; size: number }>()
  const add = (key: string, ms: Millis, size: () => number) => {
    const crew = crews.get(key) ?? { ms: 0, size: size() }
    crew.ms += ms
    crews.set(key, crew)
  }
  for (const { kind, agent, role, estimateMs } of layout.tasks) {
    if (kind === 'command') continue
    add('any', estimateMs, () => layout.agents.length)
    if (agent !== null) add(`agent ${agent}`, estimateMs, () => 1)
    else if (role !== null) {
      add(`role ${role}`, estimateMs, () => layout.agents.filter((other) => other.role === role).length)
    }
  }
  const shares = [...crews.values()].map(({ ms, size }) => (size === 0 ? 0 : ms / size))
  return Math.ceil(Math.max(criticalMs, ...shares))
}
