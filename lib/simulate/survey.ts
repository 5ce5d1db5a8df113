/** What the daemon finds out by looking: it makes good for news that were lost, and only says what it does not know yet. */
import { look } from './perform.js'
import type { Stage } from './stage.js'

export function survey(stage: Stage): void {
  surveyMachines(stage)
  surveyAttempts(stage)
  surveyAgents(stage)
}

function surveyMachines(stage: Stage): void {
  for (const host of stage.world.hosts.values()) {
    const known = stage.state.machines.get(host.id)
    const state = host.online ? 'online' : 'offline'
    if (known !== undefined && known.state !== state) {
      stage.record({
        type: 'machine.changed',
        machine: host.id,
        state,
        reason: host.online ? null : 'no answer',
      })
    }
    if (host.online && stage.knownBoots.get(host.id) !== host.boot) {
      stage.knownBoots.set(host.id, host.boot)
      collectResults(stage, host.id)
      stage.record({ type: 'machine.reset', machine: host.id, reason: 'reboot', by: null })
    }
  }
}

/** Records on disk outlive a reboot, and count before it does. */
function collectResults(stage: Stage, machine: string): void {
  for (const attempt of stage.state.attempts.values()) {
    if (attempt.phase === 'ended' || attempt.phase === 'verifying' || attempt.machine !== machine) continue
    const proof = stage.world.results.get(attempt.id)
    if (proof !== undefined) stage.record({ type: 'attempt.proved', attempt: attempt.id, proof })
  }
}

function surveyAttempts(stage: Stage): void {
  for (const host of stage.world.hosts.values()) if (host.online) collectResults(stage, host.id)
  for (const attempt of stage.state.attempts.values()) {
    const job = attempt.agent === null && attempt.phase === 'running' && stage.world.isUp(attempt.machine)
    if (!job || stage.world.work.has(attempt.id) || stage.world.results.has(attempt.id)) continue
    stage.record({
      type: 'attempt.ended',
      attempt: attempt.id,
      status: 'lost',
      reason: 'its process is gone without a record',
      screen: null,
    })
  }
}

function surveyAgents(stage: Stage): void {
  for (const agent of stage.state.agents.values()) {
    const { status } = agent.process
    if ((status !== 'alive' && status !== 'starting') || !stage.world.isUp(agent.machine)) continue
    const process = stage.world.process(agent.spec.id, agent.generation)
    if (process === undefined) continue
    if (!process.alive) {
      const { exitCode } = process
      const reason = exitCode === null ? 'killed' : `exit status ${exitCode}`
      const signal = exitCode === null ? 'SIGKILL' : null
      const { generation } = agent
      const asked = false
      stage.record({
        type: 'agent.exited',
        agent: agent.spec.id,
        generation,
        exitCode,
        signal,
        reason,
        asked,
      })
    } else if (status === 'alive' && agent.observation?.state !== process.state) {
      look(stage, agent.spec.id, agent.generation)
    }
  }
}
