/** `notify:`. */
import * as z from 'zod'
import type { NotifySpec } from '../../core/layout/model.js'
import { keys, whole, type Docs, type Values } from './key.js'
import { command } from './kinds.js'
import { textOf } from './read.js'

/** The address may hold a token, so its own message never shows it. */
const webhook = () => ({
  schema: () =>
    z.string().regex(/^$|^https?:\/\/[A-Za-z0-9._:@%[\]-]+([/?#][\u0021-\u007e]*)?$/, {
      error: 'must be an http:// or https:// address',
    }),
  read: textOf,
})

const quiet = () => ({
  schema: () =>
    z.string().regex(/^([01]?\d|2[0-3]):[0-5]\d-([01]?\d|2[0-3]):[0-5]\d$/, {
      error: 'is no span of time: write "23:00-07:00"',
    }),
  read: (value: unknown): NotifySpec['quiet'] => {
    const span = /^(\d+):(\d+)-(\d+):(\d+)$/.exec(textOf(value) ?? '')
    const minutes = (hours?: string, rest?: string) => Number(hours) * 60 + Number(rest)
    return span === null ? null : { from: minutes(span[1], span[2]), to: minutes(span[3], span[4]) }
  },
})

export const notify = keys(() => ({ command: command(), webhook: webhook(), quiet: quiet() }))

export const NOTIFY_DOCS: Docs<typeof notify> = {
  command: 'is given title and text as its last two words',
  webhook: 'an address that gets title and text as JSON',
  quiet: "`HH:MM-HH:MM`, local time: everything waits but tmux's message",
}

export function expandNotify({ command, ...rest }: Values<typeof notify>): NotifySpec {
  return whole<NotifySpec>()({ ...rest, command: command ?? [] })
}
