import type { Verb } from '../verb.js'

export function answer(name: 'approve' | 'deny'): Verb {
  return async (c) => {
    const id = c.positionals[0] ?? ''
    const client = await c.connect()
    const body = { prompt_id: c.option('prompt-id') ?? null }
    const { text } = await client.post<{ text: string }>(`/v1/answer/${encodeURIComponent(id)}/${name}`, body)
    c.out(
      c.json
        ? `${JSON.stringify({ id, answer: name, text })}\n`
        : `${id}: ${name === 'approve' ? 'approved' : 'denied'}: ${text}\n`,
    )
    return 0
  }
}
