/** Bodies and answers of the requests about roles and tokens. */
import type { RoleSpec } from '../access/roles.js'

/** `POST /v1/tokens`. */
export interface TokenRequest {
  readonly name: string
  readonly role: string
  /** From now on; null: never. */
  readonly expires_ms: number | null
}

export interface AddedToken {
  readonly name: string
  readonly role: string
  /** Shown this once. */
  readonly token: string
  readonly expires_at: string | null
}

/** `GET /v1/tokens`. */
export interface TokenRow {
  readonly name: string
  readonly kind: 'token' | 'device'
  /** Stands in the token, to tell which one was found somewhere. */
  readonly id: string
  readonly role: string
  readonly by: string
  readonly created_at: string
  readonly expires_at: string | null
  readonly is_expired: boolean
  readonly used_at: string | null
  readonly used_via: string | null
}

/** `GET /v1/can-i`. */
export interface CanIDocument {
  readonly principal: string
  /** null: it may do nothing. */
  readonly role: RoleSpec | null
  readonly allowed: boolean
}
