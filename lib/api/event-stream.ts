/** Server-sent events. A reader that falls behind is cut off; it comes back with `after=` and gets the state whole. */
import type { ServerResponse } from 'node:http'
import type { StreamMessage } from '../core/protocol/api.js'
import type { Service } from './service.js'

const MAX_BUFFERED_BYTES = 4 * 1024 * 1024
const HEARTBEAT_MS = 10_000
/** Four redraws a second are what a person can use. */
const STATUS_INTERVAL_MS = 250

export function eventStream(service: Service, url: URL, response: ServerResponse): void {
  open(response)
  const wanted = new Set((url.searchParams.get('only') ?? 'status,event').split(','))
  const after = Number(url.searchParams.get('after') ?? Number.NaN)

  let statusDue = false
  let timer: NodeJS.Timeout | undefined
  const sendStatus = () => {
    statusDue = false
    write(response, 'status', undefined, service.status())
  }
  const onStatus = () => {
    if (timer !== undefined) {
      statusDue = true
      return
    }
    sendStatus()
    timer = setTimeout(() => {
      timer = undefined
      if (statusDue) onStatus()
    }, STATUS_INTERVAL_MS)
  }
  const onMessage = (message: StreamMessage) => {
    if (message.event === 'event') {
      if (wanted.has('event')) write(response, 'event', message.data.seq, message.data)
    } else if (wanted.has('status')) onStatus()
  }

  if (wanted.has('event') && Number.isFinite(after)) {
    for (const row of service.events({ after, since: null, limit: 10_000, tail: false }))
      write(response, 'event', row.seq, row)
  }
  if (wanted.has('status')) onStatus()
  const unsubscribe = service.subscribe(onMessage)
  const heartbeat = setInterval(() => response.write(': still here\n\n'), HEARTBEAT_MS)
  response.on('close', () => {
    unsubscribe()
    clearInterval(heartbeat)
    clearTimeout(timer)
  })
}

export function logStream(service: Service, agent: string, response: ServerResponse): void {
  const unsubscribe = service.followLog(decodeURIComponent(agent), (text) =>
    write(response, 'log', undefined, { text }),
  )
  open(response)
  response.on('close', unsubscribe)
}

function open(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
  response.flushHeaders()
}

function write(response: ServerResponse, event: string, id: number | undefined, data: unknown): void {
  if (response.writableLength > MAX_BUFFERED_BYTES) {
    response.destroy()
    return
  }
  response.write(`${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)
}
