/** Where the monitor's figures come from and where its wishes go: the API, or a canned one in a spec. */
import type { WorkersDocument } from '../core/protocol/workers.js'
import type { EventRow, StatusDocument } from '../core/protocol/status.js'

export interface SourceListener {
  status(doc: StatusDocument): void
  event(row: EventRow): void
  /** The daemon cannot be heard any more; what is shown is old from now on. */
  gone(reason: string): void
}

export type Act =
  | { readonly type: 'send'; readonly agent: string; readonly text: string }
  | { readonly type: 'approve'; readonly id: string; readonly promptId: string | null }
  | { readonly type: 'deny'; readonly id: string; readonly promptId: string | null }
  | { readonly type: 'retry'; readonly task: string }
  | { readonly type: 'cancel'; readonly task: string }
  | { readonly type: 'restart'; readonly agent: string }
  | { readonly type: 'stop'; readonly agent: string }
  | { readonly type: 'ack'; readonly escalation: string }
  | { readonly type: 'pause' }
  | { readonly type: 'resume' }

export interface MonitorSource {
  /** Calls the listener until `close`; comes back by itself after the daemon was gone. */
  start(listener: SourceListener): void
  /** Rows of the agent's screen as it is now. */
  screen(agent: string): Promise<readonly string[]>
  workers(): Promise<WorkersDocument>
  /** The end of an agent's log, as text, or of what the commands of a task printed. */
  logs(id: string, of: 'agent' | 'task'): Promise<readonly string[]>
  /** Resolves to what to tell the person; rejects with why not. */
  act(act: Act): Promise<string>
  close(): void
}
