import type { AgentId } from '../../core/ids.js'
import type { Endings } from '../jobs/endings.js'
import type { Jobs } from '../jobs/jobs.js'
import type { LeftBehind } from '../jobs/left-behind.js'
import type { Kernel } from '../kernel/kernel.js'
import type { CliVersions } from '../machines/cli-versions.js'
import type { Hosts } from '../machines/host-of.js'

export interface AgentNeeds {
  readonly kernel: Pick<Kernel, 'session' | 'store' | 'loop' | 'clock' | 'isResetting'>
  readonly hosts: Hosts
  readonly versions: Pick<CliVersions, 'ask'>
  readonly leftBehind: Pick<LeftBehind, 'note'>
  readonly endings: Endings
  readonly jobs: Pick<Jobs, 'end'>
  /** What its calls of orchestra are known by. */
  readonly tokens: { readonly ofAgent: (agent: AgentId, generation: number) => string }
}
