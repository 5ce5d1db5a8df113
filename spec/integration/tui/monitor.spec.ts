import { join } from 'node:path'
import { expect } from 'chai'
import type { StatusDocument } from '../../../lib/core/protocol/status.js'
import { HOSTILE } from '../../unit/core/text/hostile.js'
import {
  agentRow,
  levelSix,
  machineRow,
  NOW,
  sampleEvents,
  attentionOf,
  statusDocument,
  taskRow,
} from '../../unit/core/view/sample-status.js'
import { startCannedDaemon } from './canned-daemon.js'
import { eventually } from '../../support/eventually.js'
import { programArgs, spawnPty, TmuxScreen, withDir } from './screen.js'

/** Everything that the monitor may send to a terminal: text, SGR, cursor places, clear, and its own modes. */
const OURS = new RegExp(
  [
    '\\u001b\\[[\\d;]*m',
    '\\u001b\\[\\d+;\\d+H',
    '\\u001b\\[2J',
    '\\u001b\\[\\?(?:7|25|47|1000|1002|1006|1049|2004|2026)[hl]',
  ].join('|'),
  'g',
)

function hostileDocument(): StatusDocument {
  const texts = Object.values(HOSTILE)
  const at = (index: number) => texts[index % texts.length] ?? ''
  return statusDocument({
    session: at(3),
    layers: [{ id: at(4), name: at(5) }],
    machines: texts.map((text, i) =>
      machineRow(`m${i}`, {
        label: text,
        reason: at(i + 1),
        problems: [at(i + 2)],
        layer: at(4),
        tmux: at(i + 3),
      }),
    ),
    agents: texts.map((text, i) =>
      agentRow(`a${i}`, i % 2 === 0 ? 'waiting' : 'error', {
        label: text,
        text: at(i + 1),
        window: at(i + 2),
        task: `t${i}`,
      }),
    ),
    tasks: texts.map((text, i) =>
      taskRow(`t${i}`, 'FAILED', { title: text, reason: at(i + 1), agent: at(i + 2) }),
    ),
    summary: {
      ...statusDocument().summary,
      tasks: texts.length,
      attention: attentionOf(
        ...texts.map((text, i) => ({ kind: 'agent_waiting' as const, id: `a${i}`, text, since: null })),
      ),
    },
  })
}

describe('the monitor', function () {
  it('lets nothing through but text: every view, every detail, a corpus of hostile output', () =>
    withDir(async (dir) => {
      const socket = join(dir, 's')
      const texts = Object.values(HOSTILE)
      const events = sampleEvents(texts.length).map((row, i) => ({
        ...row,
        text: texts[i] ?? '',
        subject: texts[i + 1] ?? null,
      }))
      const daemon = await startCannedDaemon(socket, hostileDocument(), events, texts)
      const { pty, bytes } = spawnPty(programArgs(socket, NOW), dir, 150, 45)
      try {
        await eventually(() => expect(bytes()).to.contain('help'))
        const steps: [string, string][] = [
          ['\r', 'screen, live'],
          ['l', 'log, live'],
          ['\u001b', 'AGENTS'],
          ['y', 'what a0 asks'],
          ['n', 'nothing done'],
          ['vv', 'EVENTS'],
          ['v', 'NEEDS YOU'],
        ]
        for (const [keys, shown] of steps) {
          const before = bytes().length
          pty.write(keys)
          // Compared without SGR and cursor movements, as only what changed is written.
          await eventually(() => expect(bytes().slice(before).replace(OURS, '')).to.match(/\S/))
          expect(shown).not.to.equal('')
        }
        // Again and again: the last sequence may be on its way. What was let through stays.
        await eventually(() => {
          const rest = bytes().replace(OURS, '')
          expect(rest).not.to.match(/[\p{Cc}\p{Cf}\p{Cs}]/u)
          expect(rest).to.contain('{red-bg}')
        }, 5000)
      } finally {
        pty.kill()
        await daemon.stop()
      }
    }))

  it('stays up when the daemon goes away, says so, and comes back', () =>
    withDir(async (dir) => {
      const socket = join(dir, 's')
      const daemon = await startCannedDaemon(socket, levelSix(), sampleEvents(5))
      const screen = new TmuxScreen(dir)
      try {
        await screen.start(programArgs(socket, NOW), 100, 30)
        await eventually(async () => expect(await screen.text()).to.contain('CG-1'))
        await daemon.stop()
        await eventually(async () => expect(await screen.text()).to.contain('THE DAEMON IS AWAY'))
        expect(await screen.text()).to.contain('CG-1')
        const again = await startCannedDaemon(socket, levelSix({ session: 'came-back' }), sampleEvents(5))
        await eventually(async () => expect(await screen.text()).to.contain('came-back'))
        expect(await screen.text()).not.to.contain('AWAY')
        await again.stop()
      } finally {
        await screen.stop()
      }
    }))

  it('says that there is no daemon, and waits for it', () =>
    withDir(async (dir) => {
      const screen = new TmuxScreen(dir)
      try {
        await screen.start(programArgs(join(dir, 's'), NOW), 80, 24)
        await eventually(async () => expect(await screen.text()).to.contain('cannot be reached'))
        const daemon = await startCannedDaemon(join(dir, 's'), levelSix())
        await eventually(async () => expect(await screen.text()).to.contain('NEEDS YOU: 3'))
        await daemon.stop()
      } finally {
        await screen.stop()
      }
    }))

  it('asks before it approves, and approves exactly the prompt shown', () =>
    withDir(async (dir) => {
      const daemon = await startCannedDaemon(join(dir, 's'), levelSix())
      const screen = new TmuxScreen(dir)
      try {
        await screen.start(programArgs(join(dir, 's'), NOW), 80, 24)
        await eventually(async () => expect(await screen.text()).to.contain('CG-1'))
        await screen.keys('y')
        await eventually(async () => expect(await screen.text()).to.contain('Approve what CG-1 asks?'))
        expect(daemon.posts).to.deep.equal([])
        await screen.keys('n')
        await eventually(async () => expect(await screen.text()).to.contain('nothing done'))
        await screen.keys('y', 'y')
        await eventually(() =>
          expect(daemon.posts).to.deep.equal([
            { path: '/v1/answer/CG-1/approve', body: { prompt_id: 'p-1' } },
          ]),
        )
        await eventually(async () => expect(await screen.text()).to.contain('CG-1: approved'))
      } finally {
        await screen.stop()
        await daemon.stop()
      }
    }))

  it('sends a prompt of several pasted lines as one, shows the live screen, leaves the terminal as it was', () =>
    withDir(async (dir) => {
      const daemon = await startCannedDaemon(join(dir, 's'), levelSix(), [], ['$ codex', 'ready と言う'])
      const { pty, bytes } = spawnPty(programArgs(join(dir, 's'), NOW), dir, 100, 30)
      try {
        await eventually(() => expect(bytes()).to.contain('CG-1'))
        pty.write('s\u001b[200~first line\rsecond 行\u001b[201~')
        await eventually(() => expect(bytes()).to.contain('second'))
        pty.write('!\r')
        await eventually(() =>
          expect(daemon.posts).to.deep.equal([
            { path: '/v1/agents/CG-1/send', body: { text: 'first line\nsecond 行!' } },
          ]),
        )
        pty.write('\r')
        await eventually(() => expect(bytes()).to.contain('ready と言う'))
        const before = bytes().length
        pty.write('\u001b')
        const exit = new Promise<number>((resolve) => pty.onExit(({ exitCode }) => resolve(exitCode)))
        await eventually(() => expect(bytes().slice(before)).to.contain('AGENTS'))
        pty.write('\u0003')
        expect(await exit).to.equal(0)
        expect(bytes()).to.match(/\u001b\[\?7h/)
        expect(bytes().lastIndexOf('\u001b[?1049l')).to.be.greaterThan(bytes().lastIndexOf('\u001b[?1049h'))
        expect(bytes().lastIndexOf('\u001b[?25h')).to.be.greaterThan(bytes().lastIndexOf('\u001b[?25l'))
        expect(bytes().lastIndexOf('\u001b[?1000l')).to.be.greaterThan(bytes().lastIndexOf('\u001b[?1000h'))
      } finally {
        pty.kill()
        await daemon.stop()
      }
    }))

  it('follows the mouse: a click chooses, a second one opens, the wheel scrolls', () =>
    withDir(async (dir) => {
      const daemon = await startCannedDaemon(join(dir, 's'), levelSix())
      const { pty, bytes } = spawnPty(programArgs(join(dir, 's'), NOW), dir, 80, 24)
      try {
        await eventually(() => expect(bytes()).to.contain('CG-4'))
        const click = '\u001b[<0;5;15M\u001b[<0;5;15m'
        pty.write(click)
        await eventually(() => expect(bytes()).to.match(/48;5;238;1;38;5;167m✗/))
        pty.write(click)
        await eventually(() => expect(bytes()).to.contain('pid 4242'))
      } finally {
        pty.kill()
        await daemon.stop()
      }
    }))
})
