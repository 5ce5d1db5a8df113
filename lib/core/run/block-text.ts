import { namePrincipal } from '../principal.js'
import type { BlockRecord } from './state.js'

export function sayBlocked({ text, by }: BlockRecord): string {
  return `${text} (blocked by ${namePrincipal(by)})`
}
