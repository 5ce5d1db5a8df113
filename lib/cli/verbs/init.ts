import { access, writeFile } from 'node:fs/promises'
import { constants, existsSync } from 'node:fs'
import { availableParallelism, hostname } from 'node:os'
import { basename, delimiter, dirname, join, resolve } from 'node:path'
import { initLayout } from '../../config/init-layout.js'
import { fix } from '../../core/fixes.js'
import { AGENT_PROGRAMS } from '../../core/layout/agent-types.js'
import { OrchestraError } from '../../core/errors.js'
import { shellLine } from '../../core/shell-quote.js'
import { tilde } from '../../core/text/tilde.js'
import { configuredHosts } from '../../ssh/ssh-config-reader.js'
import type { Verb } from '../verb.js'
import { flag, text } from '../verb-arguments.js'

export const init: Verb = {
  name: 'init',
  permission: null,
  describe: 'write a commented orchestra.yaml for this machine',
  notOverApi: 'writes a layout for this machine',
  positionals: [],
  options: {
    'from-ssh-config': flag('take the hosts of ~/.ssh/config as machines'),
    force: flag('replace an existing file'),
    output: text('another file', 'o'),
  },
  example: 'orchestra init --from-ssh-config',
  run: async (c) => {
    const file = resolve(c.cwd, c.option('output') ?? 'orchestra.yaml')
    if (existsSync(file) && !c.flag('force')) {
      throw new OrchestraError(`${file} is there already`, {
        kind: 'usage',
        hint: 'Use --force to replace it, or -o for another file.',
      })
    }
    const { hosts, others } = c.flag('from-ssh-config') ? configuredHosts(c.env) : { hosts: [], others: [] }
    const clis = await Promise.all(
      AGENT_PROGRAMS.map(async (name) => ((await onPath(name, c.env['PATH'] ?? '')) ? [name] : [])),
    )
    const text = initLayout({
      hosts: hosts.map(({ name }) => name),
      aliases: new Map(hosts.map(({ name, aliases }) => [name, aliases])),
      others,
      clis: clis.flat(),
      cores: availableParallelism(),
      hostname: hostname(),
      directory: basename(c.cwd),
      path: tilde(dirname(file), c.env['HOME'] ?? null),
    })
    await writeFile(file, text, { flag: c.flag('force') ? 'w' : 'wx' })
    if (c.json)
      c.out(`${JSON.stringify({ file, hosts: hosts.map(({ name }) => name), clis: clis.flat() })}\n`)
    else {
      const other = c.option('output')
      const which = other === undefined ? '' : ` ${shellLine([other])}`
      c.out(`wrote ${file}\n  next:  ${fix('layout.next', which)}\n`)
    }
    return 0
  },
}

async function onPath(name: string, path: string): Promise<boolean> {
  for (const dir of path.split(delimiter)) {
    const found = await access(join(dir, name), constants.X_OK).then(
      () => true,
      () => false,
    )
    if (dir !== '' && found) return true
  }
  return false
}
