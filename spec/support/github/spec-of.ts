/** A connection with the layout's defaults. */
import {
  DEFAULT_API,
  DEFAULT_LIMITS,
  DEFAULT_POLL,
  DEFAULT_TIER_LABELS,
  type GithubSpec,
} from '../../../lib/core/github/spec.js'
import { checkedId } from '../../../lib/core/ids.js'

export function githubSpec(init: Partial<GithubSpec> = {}): GithubSpec {
  return {
    machine: checkedId('github'),
    api: DEFAULT_API,
    token: null,
    mode: 'mirror',
    public: false,
    master: null,
    scope: { milestone: null, labels: [], parent: null },
    tierLabels: DEFAULT_TIER_LABELS,
    stateLabel: null,
    commands: { from: 'write', only: [] },
    post: [],
    limits: DEFAULT_LIMITS,
    poll: DEFAULT_POLL,
    ...init,
  }
}
