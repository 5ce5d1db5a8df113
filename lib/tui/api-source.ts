import { messageOf } from '../core/errors.js'
import { setTimeout as sleep } from 'node:timers/promises'
import { postAnswer, refuseInsideAgent } from '../api/answer.js'
import type { ApiClient } from '../api/client.js'
import type { Receipt, ScreenDocument } from '../core/protocol/api.js'
import type { EventRow, StatusDocument } from '../core/protocol/status.js'
import type { Act, MonitorSource, SourceListener } from './source.js'

const RETRY_MS = 1000
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
    start: (listener) => void follow(connect, listener, closing.signal, (next) => (client = next)),
    screen: async (agent) => (await (await ask()).get<ScreenDocument>(`${agentPath(agent)}/screen`)).lines,
    logs: async (agent) =>
      (await (await ask()).get<{ text: string }>(`${agentPath(agent)}/log?lines=300`)).text.split('\n'),
    act: async (act) => perform(await ask(), act),
    close: () => closing.abort(),
  }
}

async function follow(
  connect: () => Promise<ApiClient>,
  listener: SourceListener,
  signal: AbortSignal,
  onClient: (client: ApiClient | undefined) => void,
): Promise<void> {
  let seq: number | null = null
  const hear = (row: EventRow) => {
    if (seq !== null && row.seq <= seq) return
    seq = row.seq
    listener.event(row)
  }
  while (!signal.aborted) {
    let reason = 'it has stopped'
    try {
      const client = await connect()
      onClient(client)
      const rows = await client.get<EventRow[]>(`/v1/events?tail=1&limit=${FIRST_EVENTS}`)
      // A journal that ends before what we have heard is another one: begin anew.
      if (seq !== null && (rows.at(-1)?.seq ?? 0) < seq) seq = null
      rows.forEach(hear)
      await hearStream(client, seq ?? 0, listener, hear, signal)
    } catch (error) {
      reason = messageOf(error)
    }
    onClient(undefined)
    if (signal.aborted) return
    listener.gone(reason)
    await sleep(RETRY_MS, undefined, { signal }).catch(() => undefined)
  }
}

async function hearStream(
  client: ApiClient,
  after: number,
  listener: SourceListener,
  hear: (row: EventRow) => void,
  signal: AbortSignal,
): Promise<void> {
  const silence = new AbortController()
  let heardAt = performance.now()
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
      `/v1/stream?after=${after}`,
      ({ event, data }) => {
        heardAt = performance.now()
        if (event === 'status') listener.status(data as StatusDocument)
        else if (event === 'event') hear(data as EventRow)
      },
      AbortSignal.any([signal, silence.signal]),
    )
    if (silence.signal.aborted) throw new Error('it does not answer')
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
    case 'pause':
    case 'resume':
      await client.post(`/v1/${act.type}`)
      return act.type === 'pause' ? 'paused: no new work starts' : 'resumed'
  }
}

function agentPath(agent: string): string {
  return `/v1/agents/${encodeURIComponent(agent)}`
}
