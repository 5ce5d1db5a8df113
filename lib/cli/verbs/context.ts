import { snakeKeys } from '../render/snake-keys.js'
import type { Verb } from '../verb.js'

export const run: Verb = async (c) => {
  const id = encodeURIComponent(c.positionals[0] ?? '')
  const context = await (
    await c.connect()
  ).get<{ markdown: string; data: unknown }>(`/v1/tasks/${id}/context`)
  c.out(c.json ? `${JSON.stringify(snakeKeys(context.data))}\n` : context.markdown)
  return 0
}
