/** `github:` of a layout: how a machine of kind `github` is read and written. */
import type { MachineId } from '../ids.js'
import { TIERS, type Tier } from '../phases/plan-specs.js'
import { fields, flag, list, number, numberOrWord, oneOf, orNull, text, word } from '../shape.js'
import type { Millis } from '../time.js'

/** Kinds of reports that are posted by themselves. */
export const POSTED_KINDS = ['worker', 'standup', 'synthesis', 'weekly', 'phase', 'urgent'] as const
export type PostedKind = (typeof POSTED_KINDS)[number]

export const GITHUB_MODES = ['read', 'mirror'] as const
export type GithubMode = (typeof GITHUB_MODES)[number]

/** Where the token comes from. It is fetched when it is needed, and kept in memory alone. */
export type TokenSource =
  | { readonly kind: 'command'; readonly argv: readonly string[] }
  /** Absolute; only its owner may be able to read it. */
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'env'; readonly name: string }

export interface GithubScope {
  /** A milestone's title. */
  readonly milestone: string | null
  readonly labels: readonly string[]
  /** The number of the issue that the others are parts of. */
  readonly parent: number | null
}

export interface GithubSpec {
  readonly machine: MachineId
  /** Without a slash at its end. */
  readonly api: string
  readonly token: TokenSource | null
  /** read: nothing but GET leaves. */
  readonly mode: GithubMode
  /** Writing to a public repository is wanted. */
  readonly public: boolean
  /** The issue that all report to. */
  readonly master: number | 'create' | null
  readonly scope: GithubScope
  readonly tierLabels: readonly { readonly label: string; readonly tier: Tier }[]
  /** Begins the name of each label that is ours; null: no labels are set. */
  readonly stateLabel: string | null
  readonly commands: { readonly from: 'write' | 'admin'; readonly only: readonly string[] }
  readonly post: readonly PostedKind[]
  readonly limits: { readonly writesPerHour: number; readonly issuesPerRun: number }
  readonly poll: { readonly activeMs: Millis; readonly idleMs: Millis }
}

export const githubShape = fields<GithubSpec>({
  machine: text(),
  api: text(),
  token: orNull(
    oneOf<TokenSource, 'kind'>('kind', {
      command: { argv: list(text()) },
      file: { path: text() },
      env: { name: text() },
    }),
  ),
  mode: word(...GITHUB_MODES),
  public: flag,
  master: orNull(numberOrWord('create')),
  scope: fields<GithubSpec['scope']>({
    milestone: orNull(text()),
    labels: list(text()),
    parent: orNull(number),
  }),
  tierLabels: list(fields<GithubSpec['tierLabels'][number]>({ label: text(), tier: word(...TIERS) })),
  stateLabel: orNull(text()),
  commands: fields<GithubSpec['commands']>({ from: word('write', 'admin'), only: list(text()) }),
  post: list(word(...POSTED_KINDS)),
  limits: fields<GithubSpec['limits']>({ writesPerHour: number, issuesPerRun: number }),
  poll: fields<GithubSpec['poll']>({ activeMs: number, idleMs: number }),
})

export const DEFAULT_API = 'https://api.github.com'

export const DEFAULT_TIER_LABELS: GithubSpec['tierLabels'] = [
  { label: 'P0', tier: 'P0' },
  { label: 'P0-Critical', tier: 'P0' },
  { label: 'P1', tier: 'P1' },
  { label: 'P2', tier: 'P2' },
]

export const DEFAULT_LIMITS: GithubSpec['limits'] = { writesPerHour: 120, issuesPerRun: 60 }
export const DEFAULT_POLL: GithubSpec['poll'] = { activeMs: 60_000, idleMs: 300_000 }

/** The page of an issue; `api` is that of GitHub, or `https://HOST/api/v3` of an Enterprise Server. */
export function webAddress(api: string): string {
  return api === DEFAULT_API ? 'https://github.com' : api.replace(/\/api\/v3$/, '')
}
