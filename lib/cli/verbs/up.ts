import { OrchestraError } from '../../core/errors.js'
import type { AttachInfo, UpRequest, UpResponse } from '../../core/protocol/api.js'
import { resolveLayout } from '../../config/resolve-layout.js'
import { homePaths } from '../../home/paths.js'
import { packageRoot } from '../../home/package-root.js'
import { attachCommand, attachTerminal } from '../attach-terminal.js'
import { plural } from '../../core/text/plural.js'
import { durationOption } from '../duration-option.js'
import { alsoMade, upByDaemon } from '../ensure-daemon.js'
import type { Verb, VerbContext } from '../verb.js'

export const run: Verb = async (c) => {
  if (c.host !== undefined) {
    throw new OrchestraError('`up` works on the machine itself', {
      kind: 'usage',
      hint: `ssh ${c.host} orchestra up -d`,
    })
  }
  const layout = layoutPath(c, c.positionals[0])
  const terminal = c.interactive ? process.stdout : { columns: 200, rows: 50 }
  const request: UpRequest = {
    layout,
    run: c.flag('run'),
    cols: Math.max(terminal.columns, 40),
    // The status line takes one row of the terminal.
    rows: Math.max(terminal.rows - 1, 10),
    wait: c.flag('wait'),
    timeoutMs: durationOption('timeout', c.option('timeout')) ?? 60_000,
  }
  const done = await upByDaemon({ ...request, wait: request.wait && !c.interactive }, c)
  const { client } = done
  let { answer } = done
  if (c.interactive) {
    const { askPassphrases } = await import('../ask-passphrases.js')
    await askPassphrases(client)
    if (request.wait) answer = alsoMade(answer, await client.post<UpResponse>('/v1/up', request))
  }
  for (const warning of answer.warnings) c.err(`warning: ${warning}\n`)
  const missing = answer.missing.length > 0 && c.flag('wait')
  if (c.json) {
    const { snakeKeys } = await import('../render/snake-keys.js')
    c.out(`${JSON.stringify(snakeKeys(answer))}\n`)
    return missing ? 1 : 0
  }
  const info = answer.attach ?? (await client.get<AttachInfo>('/v1/attach'))
  c.out(`${summary(answer)}\n`)
  c.out(`  attach:  ${attachCommand(info)}   (or: orchestra attach)\n`)
  if (missing) {
    c.err(`these agents did not come: ${answer.missing.join(', ')}\n  orchestra doctor says why.\n`)
    return 1
  }
  if (c.flag('detach') || !c.interactive) return 0
  return attachTerminal(info, { window: null, pane: null, readOnly: false }, c)
}

export function layoutPath(c: VerbContext, given: string | undefined): string {
  return resolveLayout(given, {
    cwd: c.cwd,
    configDir: homePaths(c.env).config,
    packageDir: packageRoot(),
  })
}

function summary(answer: UpResponse): string {
  const panes = answer.created.filter((text) => text.startsWith('create pane')).length
  const windows = answer.created.length - panes
  const changes = [
    windows > 0 ? `${plural(windows, 'window')} made` : '',
    panes > 0 ? `${plural(panes, 'pane')} made` : '',
    answer.changed.length > 0 ? `${answer.changed.length} changed` : '',
  ].filter((part) => part !== '')
  return `${answer.session} is up: ${changes.length === 0 ? 'nothing to do' : changes.join(', ')}.`
}
