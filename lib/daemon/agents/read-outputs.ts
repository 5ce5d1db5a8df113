/** Reads what agents and commands print on their machines, where it is whole. Only the copy here knows the times. */
import { isUnreachable, messageOf } from '../../core/errors.js'
import { readAgentLog } from '../../store/agent-log.js'
import { readPart } from '../jobs/read-output.js'
import type { ReadOutputs } from '../kernel/reading.js'
import { hostOf, type Hosts } from '../machines/host-of.js'
import { jobKey, placedJob } from '../machines/job-name.js'
import { tailOfLog } from './host-agents.js'

/** `runDir`: where the copies are. */
export function readOutputs(hosts: Hosts, runDir: () => string): ReadOutputs {
  return {
    agentLog: async ({ spec, machine }, { bytes, since }) =>
      since === null
        ? tailOfLog(hostOf({ hosts }, machine), spec.id, bytes)
        : readAgentLog(runDir(), spec.id, { bytes, since }),
    running: async (attempt, from) => {
      try {
        const job = placedJob(hostOf({ hosts }, attempt.machine), jobKey(attempt.id))
        return { bytes: (await readPart(job, 'output.begin', from)) ?? Buffer.alloc(0), waits: null }
      } catch (error) {
        if (!isUnreachable(error)) throw error
        return { bytes: Buffer.alloc(0), waits: `${attempt.machine}: ${messageOf(error)}` }
      }
    },
  }
}
