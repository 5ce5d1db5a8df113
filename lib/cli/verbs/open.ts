import { spawn } from 'node:child_process'
import type { OpenDocument } from '../../core/protocol/trees.js'
import { commandLine, shellQuote } from '../../core/shell-quote.js'
import { OrchestraError } from '../../core/errors.js'
import type { Verb } from '../verb.js'
import { need } from '../verb-arguments.js'

export const open: Verb = {
  name: 'open',
  permission: 'status:read',
  describe:
    'a shell where an agent, or the last attempt of a task, works; without a terminal: how to get there',
  positionals: [need('id', 'an agent or a task')],
  options: {},
  example: 'orchestra open CG-1',
  run: async (c) => {
    const id = encodeURIComponent(c.positionals[0] ?? '')
    const { machine, path, ssh } = await (await c.connect()).get<OpenDocument>(`/v1/open/${id}`)
    const inside = `cd ${homeWord(path)} && exec "\${SHELL:-/bin/sh}" -l`
    const argv = ssh === null ? ['sh', '-c', inside] : [...ssh, inside]
    if (c.json) c.out(`${JSON.stringify({ machine, path, command: argv })}\n`)
    else if (!c.interactive || c.host !== undefined)
      c.out(`${ssh === null ? `cd ${homeWord(path)}` : commandLine(...argv)}\n`)
    else return enter(argv)
    return 0
  },
}

function homeWord(path: string): string {
  if (path === '~') return '~'
  return path.startsWith('~/') ? `~/${shellQuote(path.slice(2))}` : shellQuote(path)
}

function enter([program = 'sh', ...args]: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: 'inherit' })
    child.once('error', (error) =>
      reject(new OrchestraError(`${program} cannot be started`, { kind: 'failed', cause: error })),
    )
    child.once('close', (code) => resolve(code ?? 1))
  })
}
