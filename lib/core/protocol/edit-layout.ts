import type { Consent, Receipt } from './api.js'

/** `POST /v1/layout`: agents into the layout's file or out of it; then as `up` with that file. */
export interface EditLayoutRequest {
  /** `./orchestra.yaml` where it was asked, absolute: the file, if it is of this session; a shipped layout is copied there. */
  readonly here: string | null
  readonly cols: number
  readonly rows: number
  /** Absent: to none. */
  readonly consent?: Consent
  readonly add?: AddAgents
  readonly remove?: string
  readonly adopt?: AdoptAgent
}

export interface AddAgents {
  readonly type: string
  readonly count: number
  readonly name: string | null
  /** A machine of the layout, or a name that ssh knows; null: this one. */
  readonly on: string | null
  readonly role: string | null
  readonly cwd: string | null
  readonly prompt: string | null
}

export interface AdoptAgent {
  readonly type: string
  readonly name: string | null
  readonly on: string | null
  readonly socket: string
  readonly pane: string
  readonly pid: number
  readonly cwd: string | null
}

export interface EditLayoutAnswer {
  /** The file as it is now. */
  readonly layout: string
  /** Its copy of a shipped layout. */
  readonly copied: boolean
  readonly agents: readonly string[]
  /** That was added, too. */
  readonly machine: string | null
  readonly receipts: readonly Receipt[]
  readonly warnings: readonly string[]
}
