import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fix } from '../../core/fixes.js'
import { OrchestraError } from '../../core/errors.js'
import { makeDir } from '../../home/make-dir.js'
import { homePaths } from '../../home/paths.js'
import { readDefaults } from '../daemon/locate.js'
import type { Verb } from '../verb.js'
import { may } from '../verb-arguments.js'

export const use: Verb = {
  name: 'use',
  permission: null,
  describe: 'remember the machine whose daemon is meant (`use local` forgets it); alone: which one is',
  notOverApi: 'chooses a machine that is reached through ssh',
  positionals: [may('dest', 'an ssh destination: user@host, or a name of ~/.ssh/config')],
  options: {},
  example: 'orchestra use macbook',
  run: async (c) => {
    const [dest] = c.positionals
    if (dest === undefined) {
      const host = readDefaults(homePaths(c.env)).host ?? null
      c.out(c.json ? `${JSON.stringify({ host })}\n` : meant(host))
      return 0
    }
    if (!/^[A-Za-z0-9_][A-Za-z0-9_.@:%[\]-]*$/.test(dest)) {
      throw new OrchestraError(`${dest}: not an ssh destination`, {
        kind: 'usage',
        hint: 'user@host, host, or a name of ~/.ssh/config',
      })
    }
    const { config } = homePaths(c.env)
    makeDir(config)
    const file = join(config, 'use.json')
    await writeFile(`${file}.new`, `${JSON.stringify(dest === 'local' ? {} : { host: dest })}\n`, {
      mode: 0o600,
    })
    await rename(`${file}.new`, file)
    c.out(
      c.json
        ? `${JSON.stringify({ host: dest === 'local' ? null : dest })}\n`
        : meant(dest === 'local' ? null : dest),
    )
    return 0
  },
}

function meant(host: string | null): string {
  return host === null
    ? 'using the daemon on this machine\n'
    : `using the daemon on ${host}; \`${fix('host.forget')}\` comes back to this machine\n`
}
