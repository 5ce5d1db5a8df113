import type { RunVerb } from '../verb.js'

const paused =
  (isPaused: boolean): RunVerb =>
  async (c) => {
    await (await c.connect()).post('/v1/github/pause', { paused: isPaused, on: c.option('on') ?? null })
    if (c.json) c.out(`${JSON.stringify({ paused: isPaused })}\n`)
    else c.out(isPaused ? 'nothing is written to GitHub until writing is resumed\n' : 'writing goes on\n')
    return 0
  }

export const githubPause = paused(true)
export const githubResume = paused(false)
