/** What the API asks of the daemon. The server turns HTTP into calls of this, and knows nothing else of the daemon. */
import type {
  AnswerRequest,
  AttachInfo,
  DownResponse,
  Passphrase,
  PassphrasesDocument,
  PlanRequest,
  PlanStep,
  Question,
  Receipt,
  RunRequest,
  ScreenDocument,
  SendRequest,
  StreamMessage,
  SubmitRequest,
  UpRequest,
  UpResponse,
} from '../core/protocol/api.js'
import type { Principal } from '../core/principal.js'
import type { EventRow, RawEventRow, StatusDocument } from '../core/protocol/status.js'

export interface JournalQuery {
  readonly after: number
  /** Only those of this time and later; null: of any time. */
  readonly since: number | null
  readonly limit: number
  /** The last ones instead of the first. */
  readonly tail: boolean
}

/** `by`: who asks. What the request causes is written down with it. */
export interface Service {
  /** Whoever wants more than an answer waits until it is gone. */
  readonly isStopping: boolean
  /** Null: what an answer made now tells is durable. Else it goes out when this resolves; rejected, that error does. */
  settled(): Promise<void> | null
  status(): StatusDocument
  events(query: JournalQuery): readonly EventRow[]
  /** Whole, as they stand in the journal, instead of lines for people. */
  rawEvents(query: JournalQuery): readonly RawEventRow[]
  subscribe(listener: (message: StreamMessage) => void): () => void
  up(request: UpRequest, by: Principal): Promise<UpResponse>
  plan(request: PlanRequest): Promise<{ steps: readonly PlanStep[]; warnings: readonly string[] }>
  down(request: { keepAgents: boolean }, by: Principal): Promise<DownResponse>
  run(request: RunRequest, by: Principal): Promise<{ phase: string }>
  pause(by: Principal): Promise<void>
  resume(by: Principal): Promise<void>
  submit(request: SubmitRequest, by: Principal): Promise<{ task: string }>
  retry(task: string, by: Principal): Promise<void>
  /** `left`: what could not be ended. */
  cancel(task: string, by: Principal): Promise<{ left: string | null }>
  send(agent: string, request: SendRequest, by: Principal): Promise<Receipt>
  operation(id: string): Receipt | null
  /** An agent's permission prompt, or a gate. */
  /** What an agent or a gate asks now. */
  question(id: string): Promise<Question>
  answer(id: string, approved: boolean, request: AnswerRequest, by: Principal): Promise<{ text: string }>
  restart(agent: string, by: Principal): Promise<void>
  stop(agent: string, by: Principal): Promise<{ left: string | null }>
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
