import { messageOf, OrchestraError } from '../core/errors.js'
import { postAnswer, refuseInsideAgent } from '../api/answer.js'
import type { ApiClient } from '../api/client.js'
import { reconnect, type Session } from '../api/reconnect.js'
import type { Receipt, ScreenDocument } from '../core/protocol/api.js'
import type { WorkersDocument } from '../core/protocol/workers.js'
import type { EventRow, StatusDocument } from '../core/protocol/status.js'
import { withChanges, type StatusChanges } from '../core/protocol/status-changes.js'
import type { Act, MonitorSource, SourceListener } from './source.js'

/** The daemon speaks up at least every ten seconds; after this long without a word it is asked. */
const SILENCE_MS = 12_000
const PING_MS = 3000
const FIRST_EVENTS = 300

/** The monitor's source over the API; `connect` is asked again after each loss. */
export function apiSource(connect: () => Promise<ApiClient>): MonitorSource {
  const closing = new AbortController()
  let client: ApiClient | undefined
  const ask = async () => (client ??= await connect())
  return {
    start: (listener) => void hear(connect, listener, closing.signal, (next) => (client = next)),
    screen: async (agent) => (await (await ask()).get<ScreenDocument>(`${agentPath(agent)}/screen`)).lines,
    logs: async (id, of) => {
      const path = of === 'agent' ? `${agentPath(id)}/log?lines=300` : outputPath(id)
      return (await (await ask()).get<{ text: string }>(path)).text.split('\n')
    },
    workers: async () => (await ask()).get<WorkersDocument>('/v1/workers'),
    act: async (act) => perform(await ask(), act),
    close: () => closing.abort(),
  }
}

async function hear(
  connect: () => Promise<ApiClient>,
  listener: SourceListener,
  signal: AbortSignal,
  onClient: (client: ApiClient | undefined) => void,
): Promise<void> {
  let seq: number | null = null
  const event = (row: EventRow) => {
    if (seq !== null && row.seq <= seq) return
    seq = row.seq
    listener.event(row)
  }
  const once: Session = async (ended, heard) => {
    const client = await connect()
    onClient(client)
    const rows = await client.get<EventRow[]>(`/v1/events?tail=1&limit=${FIRST_EVENTS}`)
    // A journal that ends before what we have heard is another one: begin anew.
    if (seq !== null && (rows.at(-1)?.seq ?? 0) < seq) seq = null
    rows.forEach(event)
    await hearStream(client, seq ?? 0, { ...listener, event }, ended, heard)
    // The monitor is a window of the session: it waits for the next daemon.
    return 'cut'
  }
  // Whatever is wrong may be well with the next daemon, but for a token that does not count.
  const session: Session = (ended, heard) =>
    once(ended, heard).catch((error: unknown) => {
      const isDenied = error instanceof OrchestraError && ['unauthorized', 'forbidden'].includes(error.kind)
      throw isDenied ? error : new OrchestraError(messageOf(error), { kind: 'unreachable', cause: error })
    })
  await reconnect(session, {
    signal,
    cut: (error) => {
      onClient(undefined)
      listener.gone(error === null ? 'it has stopped' : messageOf(error))
    },
  }).catch((error: unknown) => listener.gone(messageOf(error)))
}

async function hearStream(
  client: ApiClient,
  after: number,
  listener: SourceListener,
  signal: AbortSignal,
  heard: () => void,
): Promise<void> {
  const silence = new AbortController()
  let heardAt = performance.now()
  let state: StatusDocument | null = null
  const show = (document: StatusDocument) => {
    state = document
    listener.status(document)
  }
  const watch = setInterval(() => {
    if (performance.now() - heardAt < SILENCE_MS) return
    heardAt = performance.now()
    const late = setTimeout(() => silence.abort(), PING_MS)
    void client.get('/v1/ping').then(
      () => clearTimeout(late),
      () => silence.abort(),
    )
  }, 1000)
  try {
    await client.stream(
      `/v1/stream?only=event,status,changes&after=${after}`,
      ({ event, data }) => {
        heard()
        heardAt = performance.now()
        if (event === 'status') show(data as StatusDocument)
        else if (event === 'changes' && state !== null) show(withChanges(state, data as StatusChanges))
        else if (event === 'event') listener.event(data as EventRow)
        else if (event === 'resync') listener.status((data as { status: StatusDocument }).status)
      },
      AbortSignal.any([signal, silence.signal]),
    )
    if (silence.signal.aborted) throw new OrchestraError('it does not answer', { kind: 'unreachable' })
  } finally {
    clearInterval(watch)
  }
}

async function perform(client: ApiClient, act: Act): Promise<string> {
  switch (act.type) {
    case 'send': {
      const receipt = await client.post<Receipt>(`${agentPath(act.agent)}/send`, { text: act.text })
      const why = receipt.reason === null ? '' : `: ${receipt.reason}`
      return `${act.agent}: ${receipt.state}${why}`
    }
    case 'approve':
    case 'deny': {
      await refuseInsideAgent(client, act.type)
      await postAnswer(client, act.id, act.type, { prompt_id: act.promptId })
      return `${act.id}: ${act.type === 'approve' ? 'approved' : 'denied'}`
    }
    case 'retry':
    case 'cancel':
      await client.post(`/v1/tasks/${encodeURIComponent(act.task)}/${act.type}`)
      return `${act.task}: ${act.type} asked`
    case 'restart':
    case 'stop':
      await client.post(`${agentPath(act.agent)}/${act.type}`)
      return `${act.agent}: ${act.type} asked`
    case 'ack': {
      const { text } = await client.post<{ text: string }>(
        `/v1/escalations/${encodeURIComponent(act.escalation)}/ack`,
      )
      return `${act.escalation}: ${text}`
    }
    case 'pause':
    case 'resume':
      await client.post(`/v1/${act.type}`)
      return act.type === 'pause' ? 'paused: no new work starts' : 'resumed'
  }
}

function outputPath(task: string): string {
  return `/v1/tasks/${encodeURIComponent(task)}/output`
}

function agentPath(agent: string): string {
  return `/v1/agents/${encodeURIComponent(agent)}`
}
