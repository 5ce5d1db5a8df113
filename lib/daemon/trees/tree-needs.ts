import type { Jobs } from '../jobs/jobs.js'
import type { Kernel } from '../kernel/kernel.js'
import type { Hosts } from '../machines/host-of.js'
import type { TreeShells } from './tree-shells.js'

export interface TreeNeeds {
  readonly kernel: Pick<Kernel, 'session' | 'store' | 'loop' | 'clock' | 'log'>
  readonly hosts: Hosts
  readonly jobs: Jobs
  readonly shells: TreeShells
}
