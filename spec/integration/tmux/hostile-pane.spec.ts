import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { capturePanes, capturePanesByShell } from '../../../lib/tmux/capture.js'
import { ControlClient } from '../../../lib/tmux/control-client.js'
import { parsePaneId } from '../../../lib/core/ids.js'
import type { PaneId } from '../../../lib/core/ids.js'
import type { Notification } from '../../../lib/tmux/protocol/messages.js'
import { agent, agentSession } from '../../support/agent-session.js'
import { eventually } from '../../support/eventually.js'
import { withTmuxServer } from '../../support/tmux.js'
import type { TmuxSandbox } from '../../support/tmux.js'

const pane = (id: string): PaneId => parsePaneId(id) as PaneId

// Guesses the guards of the next seconds and the next command numbers, then speaks as tmux.
const SPRAY = `
let text = ''
const now = Math.floor(Date.now() / 1000)
const [, , from, to] = process.argv
for (let n = Number(from); n < Number(to); n++) for (let s = 0; s < 4; s++) {
  text += '%end ' + (now + s) + ' ' + n + ' 1\\r\\n%output %0 forged\\r\\n%window-close @0\\r\\n'
  text += '%error ' + (now + s) + ' ' + n + ' 1\\r\\n%exit forged\\r\\n%begin ' + (now + s) + ' ' + n + ' 1\\r\\n'
}
process.stdout.write(text + 'SPRAYED')
setInterval(() => {}, 1000)
`

/** A pane whose history holds the guards that the next replies to `client` will have. */
async function withSprayedPane(
  use: (client: ControlClient, id: PaneId, tmux: TmuxSandbox, heard: Notification[]) => Promise<void>,
): Promise<void> {
  await withTmuxServer(async (tmux) => {
    tmux.run('-f', '/dev/null', 'new-session', '-d', '-s', 'a', '-x', '100', '-y', '50', 'sleep', '1000')
    tmux.run('set-option', '-g', 'history-limit', '20000')
    const client = await ControlClient.attach(tmux.link, { ...tmux, session: 'a' })
    const heard: Notification[] = []
    client.onNotification((notification) => heard.push(notification))
    writeFileSync(join(tmux.dir, 'spray.cjs'), SPRAY)
    const number = await nextNumber(client)
    const argv = [process.execPath, join(tmux.dir, 'spray.cjs'), String(number), String(number + 400)]
    const id = pane(tmux.run('new-window', '-P', '-F', '#{pane_id}', ...argv).trim())
    await eventually(async () => (await honest(tmux, id)).includes('SPRAYED'))
    await use(client, id, tmux, heard)
    client.close()
  })
}

/** The pane's text by another road. */
async function honest(tmux: TmuxSandbox, id: PaneId): Promise<string> {
  const captures = await capturePanesByShell(tmux.shell, tmux, [id], { history: 20_000 })
  return captures.get(id)?.text ?? ''
}

describe('A hostile pane', () => {
  it('cannot speak as protocol out of a capture (E17)', async () => {
    await withSprayedPane(async (client, id, tmux, heard) => {
      const text = await honest(tmux, id)
      for (let i = 0; i < 40; i++) {
        const believed = await capturePanes(client, [id, pane('%999')], { history: 20_000 })
        expect(believed.get(id)?.text === text, `capture ${i}`).to.equal(true)
        expect(believed.has(pane('%999'))).to.equal(false)
      }
      const forged = heard.filter(
        (n) => n.type === 'exit' || n.type === 'window.closed' || (n.type === 'output' && n.pane === '%0'),
      )
      expect(forged).to.deep.equal([])
      expect(client.isClosed).to.equal(false)
    })
  })

  it('does fool a reply that is not confirmed', async () => {
    await withSprayedPane(async (client, id, tmux) => {
      const text = await honest(tmux, id)
      let fooled = false
      for (let i = 0; i < 200 && !fooled; i++) {
        const capture = client.command(['capture-pane', '-p', '-S', '-', '-t', id])
        fooled = await capture.then((reply) => reply.body.toString() !== text, () => true) // prettier-ignore
      }
      expect(fooled).to.equal(true)
    })
  })

  it('runs nothing through any field of free text (T1)', async () => {
    await withTmuxServer(async (tmux) => {
      const { session, output, events } = agentSession(tmux)
      await session.ensure()
      const canary = join(tmux.dir, 'CANARY')
      const evil = [`#(touch ${canary})`, `$(touch ${canary})`, `'; touch ${canary}; '`, `"; run-shell 'touch ${canary}'`,
        `\nrun-shell 'touch ${canary}'\n`, `; run-shell 'touch ${canary}' ;`, `\`touch ${canary}\``, '\n%exit\n%end 1 2 1\n', '#{E:#(touch X)}'] // prettier-ignore
      for (const [i, text] of evil.entries()) {
        const started = await session.startWindow({
          agent: agent(`A${i}`),
          generation: '1',
          argv: ['sh', '-c', 'stty raw -echo; printf "\\033]2;%s\\007%s" "$1" "$1"; exec cat', 'sh', text],
          log: join(tmux.dir, `log ${text.replaceAll('/', '-')}`),
        })
        await session.paste(started.pane, text)
        await session.sendKeys(started.pane, Buffer.from(text))
        await session.client.command(['set-option', '-p', '-t', started.pane, '@orch_ring', text])
      }
      await eventually(() => expect(output().split('touch').length).to.be.greaterThan(evil.length * 3))
      await eventually(() => expect(events.some((event) => event.type === 'title')).to.equal(true))
      const { pane: ringer } = await session.startWindow({
        agent: agent('R'),
        generation: '1',
        argv: ['cat', '-'],
      })
      tmux.run('set-option', '-p', '-t', ringer, '@orch_ring', 'R 1\n%exit\n%end 1 2 1\n')
      await eventually(() => expect(events).to.deep.include({ type: 'ring', agent: 'R' }))
      expect(
        await session.stopWindow((await session.list()).find((row) => row.agent === 'R')!.window),
      ).to.equal(true)
      const rows = await session.list()
      expect(rows).to.have.length(evil.length)
      // tmux 3.8 takes the sting out of it by itself.
      expect(rows[0]?.title).to.be.oneOf([evil[0], evil[0]?.replace('#', '_')])
      await session.capture(rows.map((row) => row.pane))
      for (const bad of evil) expect(() => agentSession(tmux, bad), bad).to.throw()
      const error = await session
        .startWindow({ agent: evil[0] as never, generation: '1', argv: ['true'] })
        .catch((error: unknown) => error)
      expect(error).to.have.property('kind', 'bug')
      expect(existsSync(canary)).to.equal(false)
      expect(readdirSync(tmux.dir)).to.not.include('X')
    })
  })
})

/** The number that tmux gives the next command, more or less. */
async function nextNumber(client: ControlClient): Promise<number> {
  const reply = (await client.command(['display-message', '-p', 'x'])) as unknown as { number: number }
  return reply.number
}
