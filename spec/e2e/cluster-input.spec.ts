/** What a person or a repository writes into a layout is text: wrong text is explained, and no text is run. */
import { expect } from 'chai'
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { spawn } from 'node-pty'
import { BAD_LAYOUTS, expectedProblems } from '../support/bad-layouts.js'
import { eventually } from '../support/eventually.js'
import { Orchestra } from '../support/orchestra.js'

describe('input', function () {
  let here: Orchestra

  before(() => {
    here = new Orchestra()
  })
  after(() => here?.close())

  it('that is wrong gets a message with its place, exit 2, in a second, and changes nothing', async () => {
    const layouts = [...expectedProblems()].filter((_, i) => i % 8 === 0)
    for (const [name, problems] of layouts) {
      const done = await here.run(['up', name, '-d'], { cwd: BAD_LAYOUTS })
      expect(done.code, name).to.equal(2)
      expect(done.stderr, name).to.equal(`orchestra: ${problems.join('\n')}\n  Nothing was changed.\n`)
      expect(done.stdout, name).to.equal('')
    }
    // Starting programs is slow on a busy machine; the reading is what is measured.
    const many = await here.run(['validate', join(BAD_LAYOUTS, 'many.yaml')])
    expect(many.code).to.equal(2)
    expect(many.stderr.split('\n').filter((line) => /many\.yaml:\d+:\d+: /.test(line)).length).to.be.above(3)
    expect(existsSync(join(here.state, 'sessions'))).to.equal(false)
    expect(here.sessions()).to.deep.equal([])
  })

  it('that is huge, or no layout at all, is refused in a second, too', async () => {
    const huge = here.write('huge.yaml', '')
    writeFileSync(huge, Buffer.alloc(50 * 1024 * 1024, 'a: b\n'))
    for (const [file, what] of [
      [huge, /huge\.yaml:1:1: .*(?:large|MB|big|bytes)/i],
      [here.write('binary.yaml', '\0\u0001\u0002'), /binary\.yaml:1:1: /],
      [join(here.work, 'missing.yaml'), /missing\.yaml/],
      [here.work, /there is no layout/],
    ] as const) {
      const done = await here.run(['validate', file])
      expect(done.code, String(what)).to.equal(2)
      expect(done.stderr).to.match(what)
    }
  })

  it('is never run: #(…), $(…), quotes and newlines in every field that may hold them', async () => {
    const touched = () =>
      readdirSync(here.dir, { recursive: true }).filter((name) => String(name).includes('PWNED'))
    // Short: titles and labels hold at most 200 characters.
    const mark = (field: string) => join(here.dir, `PWNED-${field}`)
    const evil = (field: string) =>
      `#(touch ${mark(field)}) $(touch ${mark(field)}) \`touch ${mark(field)}\` '";touch ${mark(field)} #[bold]%%`
    const lines = (field: string) => `${evil(field)}\nkill-server\n%end 1 1 1\n%exit`
    const layout = {
      version: 1,
      session: 'evil',
      title: evil('title'),
      layers: { L1: evil('layer') },
      machines: {
        here: { layer: 'L1', code: 'ME', kind: 'local', label: evil('mach'), repo: evil('repo') },
      },
      agents: {
        'A-1': {
          type: 'command',
          command: ['sh', '-c', 'printf "%s\\n" "$0" "$VALUE"; exec cat', evil('argv')],
          env: { VALUE: lines('env') },
          machine: 'here',
          role: 'work',
          label: evil('label'),
          cwd: '/',
        },
        'A-2': {
          type: 'demo',
          machine: 'here',
          role: 'work',
          label: evil('label2'),
          auto_approve: [evil('approve')],
        },
      },
      windows: [
        { name: 'One', agent: 'A-1', title: evil('win') },
        {
          name: 'Two',
          panes: [
            { agent: 'A-2' },
            { command: ['printf', '%s', evil('pane-argv')], env: { X: lines('pane-env') } },
          ],
        },
        { name: 'Queue', view: 'queue' },
        { name: 'Watch', view: 'monitor' },
      ],
      tasks: {
        'Task-1': {
          title: evil('task'),
          role: 'work',
          prompt: lines('prompt'),
          estimate: '1s',
          outputs: [],
        },
        'Task-2': {
          title: 'two',
          role: 'work',
          needs: ['Task-1'],
          prompt: evil('prompt-two'),
          estimate: '1s',
        },
      },
      mcp_servers: { broken: { machine: 'here', command: ['false', evil('mcp')] } },
    }
    const path = here.write('evil.yaml', stringify(layout))
    await here.ok('validate', path)
    await here.ok('plan', path)
    await here.ok('up', path, '-d', '--wait', '--run')
    await here.untilStatus((s) => expect(s.agents.map((a) => a.pid)).to.not.include(null))
    for (const args of [['status'], ['agents'], ['tasks'], ['machines'], ['graph'], ['report'], ['events']])
      await here.ok(...args)
    await here.ok('send', 'A-1', lines('sent'))
    await here.ok('submit', evil('submitted'), '--prompt', lines('submitted-prompt'))
    for (const window of here.windows('evil')) here.tmux('select-window', '-t', `=evil:${window.index}`)
    // A border and a status line are drawn, and their formats expanded, for a client alone.
    const terminal = spawn('tmux', ['-u', '-L', 'orchestra', 'attach', '-t', '=evil'], {
      name: 'xterm-256color',
      cwd: here.work,
      cols: 200,
      rows: 50,
      env: { ...here.env },
    })
    let seen = ''
    terminal.onData((data) => (seen += data))
    await eventually(() => expect(seen).to.include('Two'))
    for (const window of here.windows('evil')) {
      here.tmux('select-window', '-t', `=evil:${window.index}`)
      await eventually(() =>
        expect(here.tmux('display-message', '-p', '-t', '=evil:', '#I').trim()).to.equal(
          String(window.index),
        ),
      )
    }
    await eventually(() => expect(here.screen('=evil:1.1')).to.include(`$(touch ${mark('argv')})`))
    terminal.kill()
    expect(touched()).to.deep.equal([])
    expect((await here.status()).agents.find((a) => a.id === 'A-1')?.label).to.include('#(touch')
    expect(readFileSync(join(here.state, 'runs/evil/task_queue.json'), 'utf8')).to.include('#(touch')
    await here.ok('down')
    expect(touched()).to.deep.equal([])
    await eventually(() => expect(here.leftovers()).to.deep.equal([]))
  })
})
