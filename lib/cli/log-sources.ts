/** Reads the log of an agent, or of the commands of a task or a gate. */
import type { ApiClient } from '../api/client.js'
import { reconnect } from '../api/reconnect.js'
import { isHanging } from '../core/errors.js'
import type { OutputPage } from '../core/protocol/api.js'
import { linkOf } from './follow-daemon.js'
import type { VerbContext } from './verb.js'

const LOOK_AGAIN_MS = 500

export interface LogAsked {
  readonly attempt: number | null
  /** How many of the last lines of an agent. */
  readonly lines: number
  /** In milliseconds; only what was printed then and later. */
  readonly since: number | null
  readonly follow: boolean
}

/** @returns whether the daemon ended while it was followed. */
export async function readAgent(
  client: ApiClient,
  agent: string,
  asked: LogAsked,
  c: VerbContext,
  print: (text: string) => void,
): Promise<boolean> {
  const path = `/v1/agents/${encodeURIComponent(agent)}/log`
  const since = asked.since === null ? '' : `&since=${asked.since}`
  const { text } = await client.get<{ text: string }>(`${path}?lines=${asked.lines}${since}`)
  print(text)
  if (!asked.follow) return false
  await followLog(client, `${path}/stream`, c, print)
  return true
}

/** The parts of a log have no numbers: what is printed while a link is cut is lost, and the reader is told. */
async function followLog(
  client: ApiClient,
  path: string,
  c: VerbContext,
  print: (text: string) => void,
): Promise<void> {
  const stop = new AbortController()
  const link = linkOf(c)
  let isOver = false
  let failure: unknown = null
  await reconnect(
    async (signal, heard) => {
      await client.stream(
        path,
        ({ event, data }) => {
          heard()
          if (event === 'end') isOver = true
          else print((data as { text: string }).text)
        },
        signal,
        link.back,
      )
      return isOver ? 'over' : 'cut'
    },
    {
      signal: stop.signal,
      cut: (error) => {
        if (c.host !== undefined) return link.cut(error)
        stop.abort()
        failure = isHanging(error) ? error : null
      },
    },
  )
  if (failure !== null) throw failure
}

/** @returns the last page. */
export async function readCommands(
  client: ApiClient,
  id: string,
  asked: LogAsked,
  c: VerbContext,
  print: (text: string) => void,
): Promise<OutputPage> {
  let { attempt } = asked
  let waits: string | null = null
  for (let from = 0; ;) {
    const query = `from=${from}${attempt === null ? '' : `&attempt=${attempt}`}`
    const page = await client.get<OutputPage>(`/v1/tasks/${encodeURIComponent(id)}/output?${query}`)
    print(page.text)
    if (page.waits !== null && page.waits !== waits) c.err(`${id}: not readable now: ${page.waits}\n`)
    waits = page.waits
    if (page.over || (!page.more && !asked.follow)) return page
    // A later attempt is another output.
    const number = /\.(\d+)$/.exec(page.of)?.[1]
    if (number !== undefined) attempt = Number(number)
    from = page.next
    if (!page.more) await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS))
  }
}
