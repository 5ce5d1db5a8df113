import type { Verb } from '../verb.js'

/** Verbs that are one request and one line of answer. */
function post(path: string, said: string): Verb {
  return async (c) => {
    const answer = await (await c.connect()).post<{ left?: string | null } | undefined>(path)
    const left = answer?.left ?? null
    if (c.json) c.out(`${JSON.stringify({ ok: true, ...(left === null ? {} : { left }) })}\n`)
    else c.out(`${said}${left === null ? '' : `; ${left}`}\n`)
    return 0
  }
}

export function runVerb(name: 'pause' | 'resume'): Verb {
  return post(`/v1/${name}`, name === 'pause' ? 'paused: no new work starts; what runs goes on' : 'resumed')
}

export function taskVerb(name: 'retry' | 'cancel'): Verb {
  return (c) => {
    const id = c.positionals[0] ?? ''
    return post(
      `/v1/tasks/${encodeURIComponent(id)}/${name}`,
      `${id}: ${name === 'retry' ? 'will be tried again' : 'cancelled'}`,
    )(c)
  }
}

export function agentVerb(name: 'restart' | 'stop'): Verb {
  return (c) => {
    const id = c.positionals[0] ?? ''
    return post(
      `/v1/agents/${encodeURIComponent(id)}/${name}`,
      `${id}: ${name === 'restart' ? 'restarting' : 'stopping'}`,
    )(c)
  }
}
