/** Who was let in, and who was refused what. */
import { namePrincipal, type Principal } from '../../principal.js'
import { number, orNull, text } from '../../shape.js'
import type { Millis } from '../../time.js'
import type { Forms } from './form.js'
import { principal } from './principal-shape.js'

export type AccessEvent =
  | {
      readonly type: 'token.added'
      readonly name: string
      readonly role: string
      readonly expiresAt: Millis | null
      readonly by: Principal
    }
  | { readonly type: 'token.revoked'; readonly name: string; readonly by: Principal }
  /** Requests that were refused to a principal; those of a minute are one event. */
  | {
      readonly type: 'access.denied'
      readonly by: Principal
      /** Of the last of them; null: the token was wrong. */
      readonly permission: string | null
      /** `POST /v1/tasks`, the last of them. */
      readonly request: string
      readonly count: number
    }

export const ACCESS_EVENTS: Forms<AccessEvent> = {
  'token.added': {
    fields: { name: text(), role: text(), expiresAt: orNull(number), by: principal },
    line: ({ name, role, expiresAt, by }) => {
      const until = expiresAt === null ? '' : `, until ${new Date(expiresAt).toISOString().slice(0, 10)}`
      return [null, `token ${name} was added by ${namePrincipal(by)}: role ${role}${until}`]
    },
  },
  'token.revoked': {
    fields: { name: text(), by: principal },
    line: ({ name, by }) => [null, `token ${name} was revoked by ${namePrincipal(by)}`],
  },
  'access.denied': {
    fields: { by: principal, permission: orNull(text()), request: text(), count: number },
    line: ({ by, permission, request, count }) => {
      const times = count === 1 ? '' : ` (${count} requests)`
      const what = permission === null ? request : `${request} needs ${permission}`
      return [null, `denied to ${namePrincipal(by)}: ${what}${times}`, 'warn']
    },
  },
}
