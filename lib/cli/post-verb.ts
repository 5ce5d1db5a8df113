import type { RunVerb } from './verb.js'

/** The work of a verb that is one request and one line of answer; `id` is its first argument. */
export function postVerb(pathOf: (id: string) => string, said: (id: string) => string): RunVerb {
  return async (c) => {
    const id = c.positionals[0] ?? ''
    const path = pathOf(encodeURIComponent(id))
    const answer = await (await c.connect()).post<{ left?: string | null } | undefined>(path)
    const left = answer?.left ?? null
    if (c.json) c.out(`${JSON.stringify({ ok: true, ...(left === null ? {} : { left }) })}\n`)
    else c.out(`${said(id)}${left === null ? '' : `; ${left}`}\n`)
    return 0
  }
}
