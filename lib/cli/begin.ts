/** `orchestra` without a verb prints the status, or how to begin where no session runs. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { isHanging, isUnreachable } from '../core/errors.js'
import { fix } from '../core/fixes.js'
import { directory } from './daemon/surroundings.js'
import type { Verb, VerbContext } from './verb.js'
import { status } from './verbs/status.js'

export const begin: Verb = {
  ...status,
  options: {},
  run: async (c) => {
    try {
      return await status.run(c)
    } catch (error) {
      // A machine or a session that was named and does not answer is an error.
      if (!isUnreachable(error) || isHanging(error) || c.host !== undefined || c.session !== undefined)
        throw error
      c.out(c.json ? `${JSON.stringify({ version: 1, session: null, daemon: null })}\n` : howToBegin(c))
      return 0
    }
  },
}

function howToBegin({ ascii }: VerbContext): string {
  const hasLayout = existsSync(join(directory() ?? '/', 'orchestra.yaml'))
  const rows: readonly (readonly [string, string])[] = [
    ...(hasLayout
      ? [[fix('daemon.start'), 'starts what ./orchestra.yaml says'] as const]
      : [
          [
            fix('layout.write'),
            'writes a layout for this machine, from the agent CLIs that are installed',
          ] as const,
        ]),
    [fix('look.around'), 'agents that run already, in any tmux here and on your ssh hosts'],
    [fix('layout.demo'), 'the whole product on this machine, with built-in demo agents'],
    [fix('verbs.help'), 'every verb; with a verb: its options and an example'],
  ]
  const width = Math.max(...rows.map(([command]) => command.length))
  const lines = rows.map(([command, what]) => `  ${command.padEnd(width)}  ${what}`)
  return [`No session runs here ${ascii ? '-' : '–'} to begin:`, '', ...lines, ''].join('\n')
}
