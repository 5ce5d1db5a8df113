/** The environment of a session's panes, as tmux commands: also those of panes that a person opens. Pure. */
import { isNeutral, type Environment } from '../../core/environment/environment.js'
import { MARK_NAMES } from '../../core/environment/marks.js'
import type { Command } from './quote.js'

/**
 * Above the server's own environment, which is another session's, or the person's. Marks of what ran around the shell
 * that started the server are removed by their names.
 * @param target of the session
 * @param before what the session has already, by us or by its server; null: nothing is known
 */
export function environmentCommands(target: string, env: Environment, before: Environment | null): Command[] {
  const set = Object.entries(env)
    .filter(([name, value]) => before?.[name] !== value && !value.includes('\0'))
    .map(([name, value]): Command => ['set-environment', '-t', target, name, value])
  const old = before === null ? MARK_NAMES : Object.keys(before)
  const gone = old.filter((name) => env[name] === undefined)
  return [...set, ...gone.map((name): Command => ['set-environment', '-r', '-t', target, name])]
}

/**
 * What `show-environment -g` says of a server that has nothing but a neutral environment: it was started by us, and its panes
 * need neither a mark removed nor a variable set again. Returns null for any other server, about which nothing is taken for granted.
 */
export function neutralServer(said: string): Environment | null {
  const env: Record<string, string> = {}
  for (const line of said.split('\n')) {
    const [, name = '', value = ''] = /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/.exec(line) ?? []
    // tmux itself adds the directory in which it was started.
    if (name === 'PWD') continue
    if (!isNeutral(name)) return null
    env[name] = value
  }
  return env
}
