/** What the API asks of the daemon. The server turns HTTP into calls of this, and knows nothing else of the daemon. */
import type {
  AttachInfo,
  Passphrase,
  PassphrasesDocument,
  PlanStep,
  Question,
  Receipt,
  ScreenDocument,
  SendRequest,
  StreamMessage,
  SubmitRequest,
  UpRequest,
  UpResponse,
} from '../core/protocol/api.js'
import type { EventRow, StatusDocument } from '../core/protocol/status.js'

export interface Service {
  /** Whoever wants more than an answer waits until it is gone. */
  readonly isStopping: boolean
  status(): StatusDocument
  events(query: { after: number; limit: number; tail: boolean }): readonly EventRow[]
  subscribe(listener: (message: StreamMessage) => void): () => void
  up(request: UpRequest): Promise<UpResponse>
  plan(request: { layout: string }): Promise<{ steps: readonly PlanStep[]; warnings: readonly string[] }>
  down(request: {
    keepAgents: boolean
  }): Promise<{ stopped: readonly string[]; unreachable: readonly string[] }>
  run(request: { layout: string | null; again: boolean }): Promise<{ phase: string }>
  pause(): Promise<void>
  resume(): Promise<void>
  submit(request: SubmitRequest): Promise<{ task: string }>
  retry(task: string): Promise<void>
  cancel(task: string): Promise<void>
  send(agent: string, request: SendRequest): Promise<Receipt>
  operation(id: string): Receipt | null
  /** An agent's permission prompt, or a gate. */
  /** What an agent or a gate asks now. */
  question(id: string): Promise<Question>
  answer(id: string, approved: boolean, promptId: string | null): Promise<{ text: string }>
  restart(agent: string): Promise<void>
  stop(agent: string): Promise<void>
  screen(agent: string): Promise<ScreenDocument>
  log(agent: string, query: { lines: number; since: number | null }): Promise<string>
  followLog(agent: string, listener: (text: string) => void): () => void
  explain(agent: string): Promise<unknown>
  context(task: string): Promise<{ markdown: string; data: unknown }>
  report(): Promise<string>
  graph(): Promise<unknown>
  executions(): readonly unknown[]
  doctor(machine: string | null): Promise<readonly unknown[]>
  passphrases(): PassphrasesDocument
  passphrase(answer: Passphrase): void
  attachInfo(): AttachInfo
}
