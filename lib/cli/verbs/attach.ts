import { fix } from '../../core/fixes.js'
import { OrchestraError } from '../../core/errors.js'
import type { AttachInfo } from '../../core/protocol/api.js'
import { snakeKeys } from '../render/snake-keys.js'
import { attachCommand, attachTerminal, type AttachTarget } from '../terminal/attach-terminal.js'
import type { Verb } from '../verb.js'
import { flag, may } from '../verb-arguments.js'

export const attach: Verb = {
  name: 'attach',
  permission: 'status:read',
  describe: 'attach to the session, at an agent or a window',
  notOverApi: "opens the windows of the daemon's machine",
  positionals: [may('target', 'an agent or a window')],
  options: { 'read-only': flag('look only, never resize', 'r') },
  example: 'orchestra attach CG-1',
  run: async (c) => {
    const info = await (await c.connect()).get<AttachInfo>('/v1/attach')
    const target = { ...find(info, c.positionals[0]), readOnly: c.flag('read-only') }
    if (c.host !== undefined) {
      throw new OrchestraError(`attach works on the machine itself`, {
        kind: 'usage',
        hint: fix('host.attach', c.host, `${attachCommand(info)}${target.readOnly ? ' -r' : ''}`),
      })
    }
    if (!c.interactive) {
      c.out(c.json ? `${JSON.stringify(snakeKeys(info))}\n` : `${attachCommand(info)}\n`)
      return 0
    }
    return attachTerminal(info, target, c)
  },
}

function find(info: AttachInfo, name: string | undefined): Omit<AttachTarget, 'readOnly'> {
  if (name === undefined) return { window: null, pane: null }
  for (const window of info.windows) {
    const agent = window.agents.find((a) => a.id === name)
    if (agent !== undefined) return { window: window.index, pane: agent.pane }
    if (window.name === name || String(window.index) === name) return { window: window.index, pane: null }
  }
  throw new OrchestraError(`there is no agent or window ${name}`, {
    kind: 'usage',
    hint: `Windows: ${info.windows.map((w) => `${w.index}:${w.name}`).join(' ')}`,
  })
}
