/** A machine that a spec plays: nothing behind it; what a spec does not set refuses. */
import type { Machine } from '../../lib/core/layout/model.js'
import type { MachineState } from '../../lib/core/words.js'
import type { Host, HostEvent } from '../../lib/daemon/machines/host.js'
import { hostPaths } from '../../lib/daemon/machines/host-paths.js'
import type { SessionName } from '../../lib/core/ids.js'

const refuse = (): never => {
  throw new Error('nothing stands behind this host')
}

export class BareHost implements Host {
  readonly machine: Machine
  isReady = true
  isComing = false
  isLeft = false
  state: MachineState = 'online'
  reason = null
  facts = null
  shellEnv = {}
  path = '/usr/bin:/bin'
  tmuxVersion = null
  readonly paths
  readonly #listeners = new Set<(event: HostEvent) => void>()

  constructor(machine: Machine, session: SessionName) {
    this.machine = machine
    this.paths = hostPaths('/nowhere', session, 'abc234')
  }

  get link() {
    return refuse()
  }
  get shell() {
    return refuse()
  }
  get session() {
    return refuse()
  }

  on(listener: (event: HostEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  say(event: HostEvent): void {
    for (const listener of this.#listeners) listener(event)
  }

  agentDir: Host['agentDir'] = (agent) => this.paths.agent(agent)
  startDir: Host['startDir'] = (agent) => this.paths.start(agent)
  paneOf: Host['paneOf'] = (_agent, _generation, pane) => pane
  list: Host['list'] = async () => []
  readAgent: Host['readAgent'] = async () => ({ exit: null, report: null, hook: null, result: null, odd: [] })
  start: Host['start'] = () => undefined
  tryAgain: Host['tryAgain'] = () => undefined
  stop: Host['stop'] = async () => null
  putFiles: Host['putFiles'] = async () => undefined
  putFile: Host['putFile'] = async () => undefined
  place: Host['place'] = refuse
  capture: Host['capture'] = async () => new Map()
  paste: Host['paste'] = refuse
  keys: Host['keys'] = refuse
  typedMarks: Host['typedMarks'] = async () => []
  comeUpAgain: Host['comeUpAgain'] = refuse
}
