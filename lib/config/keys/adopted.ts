/** `adopt:` of an agent. */
import type { AdoptedPane } from '../../core/layout/adopted.js'
import { isMap } from '../located.js'
import { keys, required, whole, type Docs, type Key } from './key.js'
import { count, matching } from './kinds.js'

const adopted = keys(() => ({
  socket: required(
    matching(
      /^(?:[^/:\p{Cc}]{1,100}|\/[^:\p{Cc}]{1,200})$/u,
      'is not the name or the absolute path of a socket',
    ),
  ),
  pane: required(matching(/^%\d{1,9}$/, 'is not a pane: write %3')),
  pid: required(count(1, 4_194_304)),
}))

export const ADOPTED_DOCS: Docs<typeof adopted> = {
  socket: 'of that tmux: its name (`default`), or a path',
  pane: 'in quotes: `"%3"`',
  pid: 'of the program: another one that runs there later is not the agent',
}

export const adoptedPane = (): Key<AdoptedPane | null> => ({
  schema: adopted.schema,
  read: (value) => {
    if (!isMap(value)) return null
    const { socket, pane, pid, ...rest } = adopted.read(value)
    if (socket === null || pane === null || pid === null) return null
    return whole<AdoptedPane>()({ ...rest, socket, pane, pid })
  },
})
