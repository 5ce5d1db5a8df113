import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import type { AgentId, PaneId, SessionName } from '../../../lib/core/ids.js'
import { agentMirrorSource } from '../../../lib/tmux/agent-mirror-source.js'
import { AgentSession, type StartedWindow } from '../../../lib/tmux/agent-session.js'
import { MIRROR_ARGV, MirrorPane, type MirrorSource } from '../../../lib/tmux/mirror-pane.js'
import { ViewSession } from '../../../lib/tmux/view-session.js'
import { type TmuxSandbox, withTmuxServer } from '../../support/tmux.js'
import { eventually } from '../../support/eventually.js'
import { attachArgv, openTerminal, type OuterTerminal } from './view-terminal.js'

const SIZE = { cols: 120, rows: 40 }

interface Stage {
  readonly host: TmuxSandbox
  readonly local: TmuxSandbox
  readonly agents: AgentSession
  readonly started: StartedWindow
  readonly view: ViewSession
  readonly mirror: MirrorPane
  readonly source: MirrorSource
  readonly terminal: OuterTerminal
  /** The agent's screen and the mirror's, with attributes. */
  screens(): { agent: string; mirror: string }
  settled(contains?: string): Promise<string>
}

/** An agent's program on a "host" tmux, mirrored into a window of the view, looked at by a person's terminal. */
async function withMirror(
  argv: readonly string[],
  use: (stage: Stage) => Promise<void>,
  size = SIZE,
): Promise<void> {
  await withTmuxServer((host) =>
    withTmuxServer(async (local) => {
      const agents = new AgentSession({
        link: host.link,
        shell: host.shell,
        tmux: host.tmux,
        socket: host.socket,
        session: 'spec' as SessionName,
        storeId: 'st1',
        generation: 'g1',
        dir: join(host.dir, 'orc'),
      })
      await agents.ensure()
      const started = await agents.startWindow({ agent: 'A' as AgentId, generation: '1', argv })
      const view = await ViewSession.open(
        {
          link: local.link,
          address: { tmux: local.tmux, socket: local.socket },
          session: 'view',
          storeId: 'st1',
          configPath: join(local.dir, 'view.conf'),
          keys: 'own',
          home: local.home,
        },
        size,
      )
      const pane = { argv: MIRROR_ARGV, cwd: null, env: {}, label: 'A', size: null, focus: false }
      const { panes } = await view.reconcile({
        windows: [
          { name: 'W', layout: null, focus: false, panes: [{ ...pane, slot: 'a', agent: 'A' as AgentId }] },
        ],
        monitorWindow: null,
        mainWindow: 'W',
      })
      const terminal = openTerminal(local, attachArgv(local, 'view'), size)
      await eventually(async () => expect(await view.clients()).to.have.length(1))
      const at = panes.get('a')
      if (at === undefined) throw new Error('no mirror pane')
      const now = view.panes.get('a') ?? at
      const mirror = new MirrorPane({ paneId: at.paneId, tty: at.tty, cols: now.cols, rows: now.rows })
      view.onPanes((all) => {
        const pane = all.get('a')
        if (pane !== undefined) mirror.resize(pane.cols, pane.rows)
      })
      const source = agentMirrorSource(agents, started)
      // The mirror's own process must have its terminal in raw mode.
      await eventually(() =>
        expect(local.run('display-message', '-p', '-t', at.paneId, '#{pane_current_command}')).to.equal(
          'sleep\n',
        ),
      )
      const screens = () => ({
        agent: host.run('capture-pane', '-p', '-e', '-t', started.pane),
        mirror: local.run('capture-pane', '-p', '-e', '-t', at.paneId),
      })
      const settled = (contains = '') =>
        eventually(() => {
          const both = screens()
          expect(both.mirror).to.equal(both.agent)
          expect(both.mirror).to.contain(contains)
          return both.mirror
        })
      try {
        await use({ host, local, agents, started, view, mirror, source, terminal, screens, settled })
      } finally {
        mirror.close()
        await view.close()
        await agents.dispose(true)
      }
    }),
  )
}

const has = (program: string): boolean => spawnSync('which', [program]).status === 0
/** Skips with a word about it when a program is missing. */
function withProgram(context: Mocha.Context, program: string): void {
  if (has(program)) return
  console.warn(`      SKIPPED: ${program} is not installed`)
  context.skip()
}

const state = (sandbox: TmuxSandbox, pane: PaneId): string =>
  sandbox.run(
    'display-message',
    '-p',
    '-t',
    pane,
    '#{pane_width}x#{pane_height} #{cursor_x},#{cursor_y} alt:#{alternate_on} cur:#{cursor_flag} keys:#{keypad_cursor_flag}#{keypad_flag} mouse:#{mouse_any_flag}#{mouse_sgr_flag} region:#{scroll_region_upper}-#{scroll_region_lower}',
  )

describe('MirrorPane', function () {
  it('shows text, colours and wide characters as the agent has them, before and after attaching', () =>
    withMirror(
      [
        'sh',
        '-c',
        `printf 'plain \\033[1;31mred\\033[0m \\033[48;2;1;2;3mtrue\\033[m 漢字 🙂 é\\r\\n\\033[7mrev\\033[m'; exec cat`,
      ],
      async (stage) => {
        stage.mirror.attachSource(stage.source)
        await stage.settled('漢字 🙂')
        stage.terminal.type('\x1b[35mtyped ünï\r')
        await stage.settled('typed ünï')
        expect(state(stage.local, stage.mirror.paneId)).to.equal(state(stage.host, stage.started.pane))
        expect(stage.mirror.state).to.equal('live')
      },
    ))

  it('is exact for vim and less, with a resize in both directions', function () {
    withProgram(this, 'vim')
    withProgram(this, 'less')
    return withMirror(
      ['sh', '-c', 'vim -u NONE -N -c "syntax on" "$HOME/f.c"; less -R "$HOME/f.c"; exec cat'],
      async (stage) => {
        writeFileSync(
          join(stage.host.home, 'f.c'),
          Array.from({ length: 200 }, (_, i) => `int line_${i} = ${i}; /* 漢字 */`).join('\n'),
        )
        stage.mirror.attachSource(stage.source)
        await stage.settled('~')
        stage.terminal.type(':e!\rggOhéllo 漢\x1b:vsplit\r')
        await stage.settled('héllo 漢')
        stage.terminal.resize(100, 30)
        await eventually(() => expect(state(stage.host, stage.started.pane)).to.match(/^100x28 /))
        await stage.settled('héllo 漢')
        stage.terminal.resize(140, 45)
        await eventually(() => expect(state(stage.host, stage.started.pane)).to.match(/^140x43 /))
        await stage.settled('héllo 漢')
        stage.terminal.type('\x1b:set mouse=a\r:50\r\x05\x05')
        await stage.settled('line_50')
        await eventually(() =>
          expect(state(stage.local, stage.mirror.paneId)).to.equal(state(stage.host, stage.started.pane)),
        )
        stage.terminal.type('\x1b:qa!\r')
        await eventually(() => expect(stage.screens().agent).to.not.contain('[+]'))
        await stage.settled('line_0')
        stage.terminal.type('G')
        await stage.settled('line_199')
        stage.mirror.repaint()
        await stage.settled('line_199')
        stage.terminal.type('q')
        await eventually(() => expect(state(stage.local, stage.mirror.paneId)).to.contain('alt:0'))
        await stage.settled()
      },
    )
  })

  it('hands typed bytes, mouse reports and pastes to the program', () =>
    withMirror(
      ['sh', '-c', `stty raw -echo; printf '\\033[?2004h\\033[?1002h\\033[?1006hready'; exec cat -v`],
      async (stage) => {
        stage.mirror.attachSource(stage.source)
        await stage.settled('ready')
        stage.terminal.type('a\x1b')
        await stage.settled('a^[')
        stage.terminal.type('\x1b[A\x03\x1a')
        await stage.settled('^[[A^C^Z')
        stage.terminal.type('\x1b[<0;5;5M')
        await stage.settled('^[[<0;5;4M')
        stage.terminal.type('\x1b[200~one\ntwo\x1b[201~')
        await eventually(() => expect(stage.screens().agent).to.match(/\^\[\[200~one/))
        expect(stage.screens().agent).to.match(/two\^\[\[201~/)
      },
    ))

  it('gives a paste without brackets to a program that wants none', () =>
    withMirror(['sh', '-c', 'stty raw -echo; printf ready; exec cat -v'], async (stage) => {
      stage.mirror.attachSource(stage.source)
      await stage.settled('ready')
      stage.terminal.type('\x1b[200~pasted\x1b[201~')
      await stage.settled('readypasted')
    }))

  it('lets only the agent’s own tmux answer questions to the terminal', () =>
    withMirror(
      [
        'sh',
        '-c',
        `stty raw -echo; printf 'ready'; read -r _; printf '\\033[c\\033[6n\\033[>c'; exec cat -v`,
      ],
      async (stage) => {
        stage.mirror.attachSource(stage.source)
        await stage.settled('ready')
        stage.host.run('send-keys', '-t', stage.started.pane, 'C-j')
        const screen = await stage.settled('^[[>')
        stage.terminal.type('.')
        await stage.settled('c.')
        // Newer ones add what else they can do.
        expect(screen.match(/\^\[\[\?1;2(?:;\d+)*c/g)).to.have.length(1)
      },
    ))

  it('loses and doubles nothing when it repaints while output flows', () =>
    withMirror(
      [
        'sh',
        '-c',
        'stty -echo; read -r _; i=0; while [ $i -lt 3000 ]; do i=$((i+1)); echo "line $i"; done; echo END; exec cat',
      ],
      async (stage) => {
        stage.local.run('set-option', '-g', 'history-limit', '20000')
        stage.mirror.attachSource(stage.source)
        await eventually(() => expect(stage.mirror.state).to.equal('live'))
        stage.terminal.type('\r')
        for (let i = 0; i < 25; i++) {
          await eventually(() => expect(stage.mirror.state).to.equal('live'))
          stage.mirror.repaint()
          await new Promise((resolve) => setTimeout(resolve, 4))
        }
        await stage.settled('END')
      },
    ))

  it('is right after the program printed more than anybody could have read', () =>
    withMirror(
      [
        'sh',
        '-c',
        'stty -echo; read -r _; yes "$(printf "\\033[31ma line\\033[m of 漢字 and more")" | head -n 150000; echo END; stty echo; exec cat',
      ],
      async (stage) => {
        const { mirror, source, started, agents, terminal } = stage
        let gaps = 0
        agents.onPane(started.pane, ({ type }) => void (gaps += type === 'gap' ? 1 : 0))
        mirror.attachSource(source)
        await eventually(() => expect(mirror.state).to.equal('live'))
        terminal.type('\r')
        await stage.settled('END')
        expect(gaps).to.be.greaterThan(0)
        terminal.type('typed\r')
        await stage.settled('typed')
      },
    ))

  it('shows a part of a screen that is larger, and all of it when there is room again', () =>
    withMirror(
      [
        'sh',
        '-c',
        `i=0; while [ $i -lt 24 ]; do i=$((i+1)); printf '%02d 漢字漢字漢字漢字 0123456789012345678901234567890\\r\\n' $i; done; exec cat`,
      ],
      async (stage) => {
        stage.mirror.attachSource(stage.source)
        await eventually(() => expect(stage.mirror.state).to.equal('clipped'))
        await eventually(() => expect(stage.screens().mirror).to.contain('24 漢'))
        const lines = stage.screens().mirror.trimEnd().split('\n')
        expect(lines.every((line) => line.length <= 40)).to.equal(true)
        // The picture goes where the cursor goes, and back.
        stage.terminal.type(`${'x'.repeat(60)}END`)
        await eventually(() => expect(stage.screens().mirror).to.contain('xEND'))
        stage.terminal.type('\rlate\r')
        await eventually(() => expect(stage.screens().mirror).to.contain('late').and.not.contain('END'))
        stage.terminal.resize(100, 30)
        await eventually(() => expect(stage.mirror.state).to.equal('live'))
        await stage.settled('late')
      },
      { cols: 40, rows: 12 },
    ))

  it('makes the agent’s screen its own size once somebody who can type looks on', () =>
    withMirror(['sh', '-c', 'exec cat'], async ({ host, local, started, mirror, source }) => {
      const sizeOf = (tmux: TmuxSandbox, target: string) =>
        tmux.run('display-message', '-p', '-t', target, '#{pane_width}x#{pane_height}').trim()
      const [cols, rows] = sizeOf(local, mirror.paneId).split('x').map(Number) as [number, number]
      mirror.detachSource()
      host.run('resize-window', '-t', started.window, '-x', '100', '-y', '30')
      mirror.attachSource(source, { follow: false })
      mirror.resize(cols, rows, { follow: false })
      expect(sizeOf(host, started.pane)).to.equal('100x30')
      mirror.resize(cols, rows, { follow: true })
      await eventually(() => expect(sizeOf(host, started.pane)).to.equal(`${cols}x${rows}`))
    }))

  it('brings the lines above the screen along, once', () =>
    withMirror(['sh', '-c', 'seq 1 120; exec cat'], async (stage) => {
      await eventually(() => expect(stage.screens().agent).to.contain('120'))
      stage.mirror.attachSource(stage.source)
      await stage.settled('120')
      stage.mirror.repaint()
      await stage.settled('120')
      const all = stage.local.run('capture-pane', '-p', '-S', '-', '-t', stage.mirror.paneId)
      expect(all.match(/^60$/gm)).to.have.length(1)
    }))

  it('recovers from a string that the program never ends', () =>
    withMirror(
      ['sh', '-c', `read -r _; printf '\\033Pq unended'; printf 'hidden'; exec cat`],
      async (stage) => {
        stage.mirror.attachSource(stage.source)
        await eventually(() => expect(stage.mirror.state).to.equal('live'))
        stage.terminal.type('\r')
        await eventually(() =>
          expect(
            stage.host.run('display-message', '-p', '-t', stage.started.pane, '#{pane_current_command}'),
          ).to.equal('cat\n'),
        )
        expect(stage.screens().agent).to.not.contain('hidden')
        await eventually(() => {
          stage.terminal.type('later\r')
          expect(stage.screens().agent).to.contain('later')
        }, 9000)
        await stage.settled('later')
      },
    ))

  it('keeps the last screen when the source is lost, and repaints when it is back', () =>
    withMirror(['sh', '-c', 'stty raw -echo; printf one; exec cat'], async (stage) => {
      // Typed while nobody reads: meant for nobody.
      stage.local.run('send-keys', '-t', stage.mirror.paneId, 'early')
      for (let turn = 0; turn < 3; turn++) {
        // tmux has written it, and our loop has read it.
        stage.local.run('list-clients')
        await new Promise((resolve) => setImmediate(resolve))
      }
      stage.mirror.attachSource(stage.source)
      await stage.settled('one')
      stage.agents.client.close()
      stage.mirror.detachSource()
      expect(stage.mirror.state).to.equal('away')
      stage.host.run('send-keys', '-t', stage.started.pane, 'two')
      stage.local.run('send-keys', '-t', stage.mirror.paneId, 'lost')
      await eventually(() => expect(stage.screens().agent).to.contain('onetwo'))
      expect(stage.screens().mirror).to.contain('one').and.not.contain('two')
      await stage.agents.ensure()
      stage.mirror.attachSource(agentMirrorSource(stage.agents, stage.started))
      const screen = await stage.settled('onetwo')
      expect(screen).to.not.contain('early').and.not.contain('lost')
    }))

  it('is closed when its pane is killed, and the agent lives on', () =>
    withMirror(['sh', '-c', 'printf alive; exec cat'], async (stage) => {
      stage.mirror.attachSource(stage.source)
      await stage.settled('alive')
      stage.local.run('kill-pane', '-t', stage.mirror.paneId)
      await stage.mirror.closed
      expect(stage.mirror.state).to.equal('closed')
      expect(stage.host.run('capture-pane', '-p', '-t', stage.started.pane)).to.contain('alive')
    }))

  it('keeps its memory bounded when the local tmux stands still, and catches up after', () =>
    withMirror(['sh', '-c', 'stty -echo; read -r _; seq 1 60000; echo END; exec cat'], async (stage) => {
      stage.mirror.attachSource(stage.source)
      await eventually(() => expect(stage.mirror.state).to.equal('live'))
      const pid = stage.local.serverPid()
      if (pid === undefined) throw new Error('no server')
      process.kill(pid, 'SIGSTOP')
      try {
        stage.host.run('send-keys', '-t', stage.started.pane, 'C-m')
        await eventually(() =>
          expect(stage.host.run('capture-pane', '-p', '-t', stage.started.pane)).to.contain('END'),
        )
        expect(readFileSync(`/proc/${pid}/stat`, 'utf8')).to.match(/ T /)
        expect(stage.mirror.unwritten).to.be.lessThan(1 << 20)
      } finally {
        process.kill(pid, 'SIGCONT')
      }
      await stage.settled('END')
    }))
})
