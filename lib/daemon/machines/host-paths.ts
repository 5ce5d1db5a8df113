/** Where orchestra's things stand on one machine. Ids hold no dot, so `<id>.agent` can collide with nothing of ours. */
import type { AgentId } from '../../core/ids.js'

export interface HostPaths {
  /** 0700, ours alone: one session of one store, as one machine of its layout. */
  readonly root: string
  readonly bin: string
  readonly launcher: string
  /** Ends what is left of a start. */
  readonly ender: string
  readonly report: string
  /** What stands in the pane of a headless agent. */
  readonly seat: string
  /** What stands in the pane of an adopted agent. */
  readonly adopted: string
  readonly tmuxConfig: string
  readonly logs: string
  /** What an agent or a job calls ORCHESTRA_DIR: it, and its sandbox, may write there. */
  agent(id: AgentId): string
  job(name: string): string
  /** What its launcher reads and writes: beside that directory, where its sandbox may not write. */
  start(id: string): string
  log(id: AgentId): string
}

/** @param state the machine's state directory, absolute. */
export function hostPaths(state: string, session: string, storeId: string): HostPaths {
  const root = `${state}/hosts/${session}-${storeId}`
  return {
    root,
    bin: `${root}/bin`,
    launcher: `${root}/bin/launch`,
    ender: `${root}/bin/end-start`,
    report: `${root}/bin/orchestra-report`,
    seat: `${root}/bin/headless-seat`,
    adopted: `${root}/bin/adopted-pane`,
    tmuxConfig: `${root}/tmux.conf`,
    logs: `${root}/logs`,
    agent: (id) => `${root}/${id}.agent`,
    job: (name) => `${root}/${name}.job`,
    start: (id) => `${root}/${id}.start`,
    log: (id) => `${root}/logs/${id}.log`,
  }
}
