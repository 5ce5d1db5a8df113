/** A kernel without a daemon, for one part at a time: the real loop and fold over a real store, and a clock that the spec sets. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { parseSessionName, type MachineId } from '../../lib/core/ids.js'
import type { RunEvent, RunEventType } from '../../lib/core/run/events.js'
import { initialState, reduce } from '../../lib/core/run/reduce.js'
import type { Kernel } from '../../lib/daemon/kernel/kernel.js'
import { Loop } from '../../lib/daemon/kernel/loop.js'
import { followersOf, type Part } from '../../lib/daemon/kernel/part.js'
import { openStore } from '../../lib/store/open-store.js'
import type { SessionStore } from '../../lib/store/port.js'

export class KernelRig implements Kernel {
  readonly session = parseSessionName('rig')!
  readonly log = pino({ enabled: false })
  readonly store: SessionStore
  readonly loop: Loop
  readonly clock = { now: () => this.at }
  at = Date.UTC(2026, 0, 1)
  /** All that was journalled, in order. */
  readonly events: RunEvent[] = []
  /** Parts that follow the events. */
  readonly followers: Part[] = []
  looksAsked = 0
  readonly resetting = new Set<MachineId>()

  constructor(store: SessionStore) {
    this.store = store
    this.loop = new Loop({
      state: initialState(),
      store,
      reduce,
      decide: () => ({ actions: [], wakeAt: null }),
      perform: () => Promise.resolve(),
      now: () => this.at,
      log: this.log,
      onEvent: (seq, event) => {
        this.events.push(event)
        for (const follow of followersOf(this.followers)(event.type)) follow(event, seq)
      },
      onLost: () => undefined,
    })
  }

  typesSince(first: number): readonly RunEventType[] {
    return this.events.slice(first).map(({ type }) => type)
  }

  changed(): void {}

  dispatch(event: RunEvent): void {
    this.guard(() => this.loop.dispatch(event))
  }

  guard(work: () => void): void {
    try {
      work()
    } catch {
      this.lookSoon()
    }
  }

  lookSoon(): void {
    this.looksAsked += 1
  }

  isResetting(machine: MachineId): boolean {
    return this.resetting.has(machine)
  }
}

export async function withKernel(use: (kernel: KernelRig) => Promise<void>): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'orc-kernel-'))
  const store = await openStore(dir, { now: Date.now, version: '0.0.0' })
  const kernel = new KernelRig(store)
  try {
    await use(kernel)
  } finally {
    kernel.loop.stop()
    store.close()
    rmSync(dir, { recursive: true, force: true })
  }
}
