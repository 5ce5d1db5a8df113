import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { OrchestraError } from '../../core/errors.js'
import { makeDir } from '../../home/make-dir.js'
import { homePaths } from '../../home/paths.js'
import type { Verb } from '../verb.js'
import { need } from '../verb-arguments.js'

export const use: Verb = {
  name: 'use',
  permission: null,
  describe: 'remember the machine whose daemon is meant (`use local` forgets it)',
  notOverApi: 'chooses a machine that is reached through ssh',
  positionals: [need('dest', 'an ssh destination: user@host, or a name of ~/.ssh/config')],
  options: {},
  example: 'orchestra use macbook',
  run: async (c) => {
    const dest = c.positionals[0] ?? ''
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
      dest === 'local'
        ? 'the daemon on this machine is meant\n'
        : `the daemon on ${dest} is meant from now on\n`,
    )
    return 0
  },
}
