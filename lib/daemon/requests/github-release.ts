import type { ZodType } from 'zod'
import { OrchestraError } from '../../core/errors.js'
import { unblockReleased } from '../github/releases.js'
import { issueOf, shown } from './github-show.js'
import { request } from './request.js'

/** Lets exactly the text with that digest reach prompts. No agent has the permission. */
export const githubRelease = request({
  method: 'POST',
  path: '/v1/github/issues/:number/release',
  permission: 'answers:write',
  body: (zod): ZodType<{ digest: string }> => zod.strictObject({ digest: zod.string().max(128) }),
  handle: async (daemon, { params: { number = '' }, query, body: { digest }, by }) => {
    const { loop, clock, parts } = daemon
    const connection = await parts.github.connection(query.get('on'))
    await connection.look()
    const issue = shown(daemon, connection, await issueOf(connection, number))
    if (issue.digest !== digest)
      throw new OrchestraError(`the text of #${issue.number} is another one now`, {
        kind: 'refused',
        hint: 'Show it again, and release what you see.',
      })
    const { machine } = connection
    loop.dispatch({
      type: 'issue.released',
      at: clock.now(),
      machine,
      number: issue.number,
      digest,
      title: issue.title,
      text: issue.text.join('\n').slice(0, MAX_TEXT),
      by,
    })
    unblockReleased(daemon, machine, issue.number, by)
    return { number: issue.number, digest }
  },
})

/** Of a prompt. */
const MAX_TEXT = 40_000
