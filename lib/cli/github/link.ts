import { OrchestraError } from '../../core/errors.js'
import type { RunVerb } from '../verb.js'

/** A shell takes `#5` for a comment unless it is quoted: both forms are understood. */
const NUMBER = /^#?([1-9]\d{0,9})$/

export const githubLink: RunVerb = async (c) => {
  const [, task, number] = c.positionals
  const found = NUMBER.exec(number ?? '')?.[1]
  if (task === undefined || found === undefined)
    throw new OrchestraError('github link: a task and the number of an issue', { kind: 'usage' })
  await (
    await c.connect()
  ).post('/v1/github/link', { task, number: Number(found), on: c.option('on') ?? null })
  c.out(
    c.json ? `${JSON.stringify({ task, number: Number(found) })}\n` : `${task} is bound to issue #${found}\n`,
  )
  return 0
}

export const githubUnlink: RunVerb = async (c) => {
  const [, task] = c.positionals
  if (task === undefined) throw new OrchestraError('github unlink: name a task', { kind: 'usage' })
  await (await c.connect()).post('/v1/github/link', { task, number: null, on: c.option('on') ?? null })
  c.out(c.json ? `${JSON.stringify({ task, number: null })}\n` : `${task} is bound to no issue\n`)
  return 0
}
