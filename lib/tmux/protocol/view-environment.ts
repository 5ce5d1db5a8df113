/** The environment of a session's panes, as tmux commands: also those of panes that a person opens. Pure. */
import type { Environment } from '../../core/environment/environment.js'
import { MARK_NAMES } from '../../core/environment/marks.js'
import type { Command } from './quote.js'

/**
 * Above the server's own environment, which is another session's, or the person's. Marks of what ran around the shell
 * that started the server are removed by their names.
 * @param target of the session
 * @param before what the session has by us already; null: nothing is known
 */
export function environmentCommands(target: string, env: Environment, before: Environment | null): Command[] {
  const set = Object.entries(env)
    .filter(([name, value]) => before?.[name] !== value && !value.includes('\0'))
    .map(([name, value]): Command => ['set-environment', '-t', target, name, value])
  const old = before === null ? MARK_NAMES : Object.keys(before)
  const gone = old.filter((name) => env[name] === undefined)
  return [...set, ...gone.map((name): Command => ['set-environment', '-r', '-t', target, name])]
}
