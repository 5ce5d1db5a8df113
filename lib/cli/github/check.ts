import type { GithubFinding } from '../../core/protocol/github.js'
import { safeText } from '../../core/text/safe-text.js'
import type { RunVerb } from '../verb.js'

export const githubCheck: RunVerb = async (c) => {
  const { findings } = await (
    await c.connect()
  ).post<{ findings: readonly GithubFinding[] }>('/v1/github/check')
  if (c.json) c.out(`${JSON.stringify({ findings })}\n`)
  else if (findings.length === 0) c.out('no machine of the layout is connected to GitHub\n')
  for (const { machine, name, state, text, fix } of c.json ? [] : findings)
    c.out(
      `${safeText(`${state.padEnd(4)}  ${machine}  ${name}: ${text}${fix === null ? '' : `; ${fix}`}`)}\n`,
    )
  return findings.some(({ state }) => state === 'bad') ? 1 : 0
}
