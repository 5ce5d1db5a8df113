/** Completion scripts made from the table of verbs. A process of ours runs only where a person presses Tab for what exists. */
import { OrchestraError } from '../../core/errors.js'
import { bash } from '../completion/bash.js'
import { fish } from '../completion/fish.js'
import { idsOf } from '../completion/ids.js'
import { placesOf, type VerbPlaces } from '../completion/places.js'
import { zsh } from '../completion/zsh.js'
import type { Verb } from '../verb.js'
import { may } from '../verb-arguments.js'

const SHELLS: Readonly<Record<string, (verbs: readonly VerbPlaces[]) => string>> = { bash, zsh, fish }

export const completion: Verb = {
  name: 'completion',
  permission: null,
  describe: 'print the completion script for bash, zsh or fish',
  notOverApi: 'prints words for this shell',
  positionals: [
    may('shell', 'bash, zsh or fish; the scripts themselves ask for `ids`'),
    may('of', 'with `ids`: agent, task, gate, machine, session, layout, state, …'),
  ],
  options: {},
  example: 'orchestra completion bash >> ~/.bashrc',
  run: async (c) => {
    const [asked, of = 'id'] = c.positionals
    if (asked === 'ids') {
      const ids = await idsOf(of, c)
      if (ids === null)
        throw new OrchestraError(`${of}: nothing of that kind is completed`, { kind: 'usage' })
      for (const id of ids) c.out(`${id}\n`)
      return 0
    }
    const shell = asked ?? (c.env['SHELL'] ?? '').split('/').pop() ?? ''
    const script = SHELLS[shell]
    if (script === undefined) {
      throw new OrchestraError(`there is no completion for ${shell || 'this shell'}`, {
        kind: 'usage',
        hint: 'bash, zsh or fish',
      })
    }
    c.out(script((await c.verbs()).map(placesOf)))
    return 0
  },
}
