/** What `add`, `remove` and `adopt` have in common: they find a session, or make one, and send the request. */
import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { ApiClient } from '../api/client.js'
import { isUnreachable, OrchestraError } from '../core/errors.js'
import { idOfName } from '../core/ids.js'
import type { EditLayoutAnswer, EditLayoutRequest } from '../core/protocol/edit-layout.js'
import { homePaths } from '../home/paths.js'
import { upByDaemon } from './daemon/ensure-daemon.js'
import { knownDaemons } from './daemon/locate.js'
import { agreed } from './terminal/agree.js'
import { windowSize } from './terminal/window-size.js'
import type { VerbContext } from './verb.js'

type Act = Pick<EditLayoutRequest, 'add' | 'remove' | 'adopt'>

/** Where no session is, one is made with `./orchestra.yaml`, unless something is to be removed. */
export async function editLayout(c: VerbContext, act: Act): Promise<EditLayoutAnswer> {
  const here = c.host === undefined ? join(c.cwd, 'orchestra.yaml') : null
  const size = windowSize(c)
  const client =
    here === null || act.remove !== undefined ? await c.connect() : await sessionFor(c, here, size)
  const answer = await agreed(c, (consent) =>
    client.post<EditLayoutAnswer>('/v1/layout', {
      here,
      ...size,
      ...act,
      ...(consent === undefined ? {} : { consent }),
    } satisfies EditLayoutRequest),
  )
  for (const warning of answer.warnings) c.err(`warning: ${warning}\n`)
  return answer
}

async function sessionFor(
  c: VerbContext,
  here: string,
  size: ReturnType<typeof windowSize>,
): Promise<ApiClient> {
  try {
    return await c.connect()
  } catch (error) {
    const isNew =
      c.session === undefined &&
      isUnreachable(error) &&
      (existsSync(here) || knownDaemons(homePaths(c.env)).length === 0)
    if (!isNew) throw error
  }
  if (!existsSync(here)) await writeFirst(here, basename(c.cwd))
  const { client } = await upByDaemon(
    { layout: here, run: false, ...size, wait: false, timeoutMs: 60_000 },
    c,
  )
  return client
}

async function writeFirst(path: string, directory: string): Promise<void> {
  const plain = idOfName(directory)
  const { firstLayout } = await import('../config/edit-agents.js')
  try {
    await writeFile(path, firstLayout(plain !== null && !/^\d+$/.test(plain) ? plain : 'orchestra'), {
      flag: 'wx',
    })
  } catch (cause) {
    throw new OrchestraError(`${path} cannot be written`, { kind: 'usage', cause })
  }
}
