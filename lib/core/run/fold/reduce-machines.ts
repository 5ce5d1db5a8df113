import type { MachineId } from '../../ids.js'
import { agentGone } from './agent-gone.js'
import type { ResetReason, RunEvent } from '../events.js'
import { putAttempt, type Fold } from './fold.js'
import { endAttempt } from './end-attempt.js'
import { suspension } from '../index/attempt-clock.js'

type MachineEvent = Extract<RunEvent, { type: `machine.${string}` }>

export function reduceMachine(fold: Fold, event: MachineEvent): void {
  const known = fold.state.machines.get(event.machine)
  if (known === undefined) return
  switch (event.type) {
    case 'machine.changed': {
      if (known.state === event.state && known.reason === event.reason) return
      const since = known.state === event.state ? known.since : event.at
      fold.state.machines.set(event.machine, { ...known, state: event.state, reason: event.reason, since })
      if (known.state !== event.state) clockAttempts(fold, event.machine)
      return
    }
    case 'machine.loaded':
      fold.state.machines.set(event.machine, { ...known, load1: event.load1, cores: event.cores })
      return
    case 'machine.reset':
      reset(fold, event.machine, event.reason)
  }
}

/** A machine out of reach stops the clocks of what runs there. */
function clockAttempts(fold: Fold, machine: MachineId): void {
  for (const id of fold.index.liveAttempts) {
    const attempt = fold.state.attempts.get(id)
    if (attempt?.machine === machine) putAttempt(fold, suspension(fold, attempt))
  }
}

const RESET_WORDS = {
  reboot: 'the machine was restarted',
  server_gone: 'its tmux server is gone',
  down: 'orchestra was taken down',
} as const satisfies Record<ResetReason, string>

function reset(fold: Fold, machine: MachineId, reason: ResetReason): void {
  const why = RESET_WORDS[reason]
  for (const id of fold.index.liveAttempts) {
    const attempt = fold.state.attempts.get(id)
    // One that has proved its end needs nothing more of what is gone.
    if (attempt?.machine !== machine || attempt.phase === 'verifying') continue
    endAttempt(fold, attempt, { status: 'lost', cause: 'lost', reason: `${reason}: ${why}`, screen: null })
  }
  for (const agent of fold.state.agents.values()) {
    if (agent.machine !== machine) continue
    agentGone(fold, agent, { exitCode: null, signal: null, reason, reset: reason })
  }
}
