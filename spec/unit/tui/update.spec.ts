import { expect } from 'chai'
import { shownOf } from '../../../lib/tui/ui/panel-rows.js'
import { BINDINGS } from '../../../lib/tui/ui/keymap.js'
import { subjectOf } from '../../../lib/tui/ui/subject.js'
import { update } from '../../../lib/tui/ui/update.js'
import { withGithub } from '../core/view/github-sample.js'
import { agentRow, levelSix, NOW, statusDocument } from '../core/view/sample-status.js'
import { AT, monitorState, press, pressed } from './monitor-state.js'

const chosen = (state: ReturnType<typeof press>) => subjectOf(state, shownOf(state, NOW))?.rowId
const agentsShown = (state: ReturnType<typeof press>) =>
  shownOf(state, NOW).rows.agents.map(({ row }) => row.id)

describe('the keys of the monitor', () => {
  const start = monitorState(levelSix())

  it('each has one meaning', () => {
    const keys = BINDINGS.flatMap((binding) => binding.keys)
    expect(new Set(keys).size).to.equal(keys.length)
  })

  it('j and k move, g and G go to the ends, and nothing moves out', () => {
    expect(chosen(start)).to.equal('CG-1')
    expect(chosen(press(start, 'jj'))).to.equal('CG-5')
    expect(chosen(press(start, 'jjkkkk'))).to.equal('CG-1')
    expect(chosen(press(start, 'Gj'))).to.equal(agentsShown(start).at(-1))
  })

  it('keep the chosen agent when the order changes under it', () => {
    const moved = press(start, 'j')
    const agents = levelSix().agents.map((a) => (a.id === 'OC-5' ? { ...a, state: 'waiting' as const } : a))
    const next = update(moved, { type: 'status', doc: levelSix({ agents }) }, AT).state
    expect(chosen(next)).to.equal('CG-4')
  })

  it('choose a neighbour when the chosen agent is gone', () => {
    const agents = levelSix().agents.filter((a) => a.id !== 'CG-4')
    const next = update(press(start, 'j'), { type: 'status', doc: levelSix({ agents }) }, AT).state
    expect(chosen(next)).to.equal('CG-5')
  })

  it('Tab and digits choose a panel', () => {
    expect(press(start, 'tab').focus).to.equal('tasks')
    expect(press(start, '4').focus).to.equal('events')
    expect(press(start, '!').focus).to.equal('attention')
    // Sent by `C-b a`: also out of the details, and never into a text.
    expect(press(start, 'enter f12')).to.deep.include({ focus: 'attention', overlays: [] })
    expect(press(monitorState(statusDocument()), '!').focus).to.equal('agents')
  })

  it('f keeps the rows with all words and without the forbidden ones', () => {
    expect(agentsShown(press(start, 'fclaude'))).to.deep.equal(['CCG-3', 'CCG-2', 'CCG-1'])
    const typed = press(press(start, 'fclaude'), 'enter')
    expect(typed.overlays).to.deep.equal([])
    expect(agentsShown(press(typed, 'escape'))).to.have.length(15)
    const two = update(press(start, 'f'), { type: 'paste', text: 'claude !working' }, AT).state
    expect(agentsShown(two)).to.deep.equal(['CCG-3', 'CCG-1'])
  })

  it('/ goes to the first match, n to the next, round the end', () => {
    const found = press(press(start, '/opencode'), 'enter')
    expect(chosen(found)).to.equal('OC-1')
    expect(chosen(press(found, 'n'))).to.equal('OC-2')
    expect(chosen(press(found, 'nnnnn'))).to.equal('OC-1')
    expect(press(start, '/nothing').notice?.text).to.contain('no agents')
  })

  it('o changes the order', () => {
    expect(agentsShown(press(start, 'o')).slice(0, 4)).to.deep.equal(['CCG-1', 'CCG-2', 'CCG-3', 'CG-1'])
  })

  it('v goes through the views', () => {
    expect(['v', 'vv', 'vvv', 'vvvv', 'vvvvv'].map((keys) => press(start, keys).view)).to.deep.equal([
      'queue',
      'events',
      'status',
      'gates',
      'monitor',
    ])
    const connected = monitorState(withGithub())
    expect(['vvvvv', 'vvvvvv'].map((keys) => press(connected, keys).view)).to.deep.equal([
      'github',
      'monitor',
    ])
  })

  it('y asks, y again does, anything but yes and no does nothing', () => {
    expect(pressed(start, 'y').effects).to.deep.equal([])
    expect(pressed(start, 'yj').effects).to.deep.equal([])
    expect(pressed(start, 'yy').effects).to.deep.equal([
      { type: 'act', act: { type: 'approve', id: 'CG-1', promptId: 'p-1' } },
    ])
    expect(pressed(start, 'yn').effects).to.deep.equal([])
  })

  it('approve what was read, though another prompt came meanwhile', () => {
    const agents = levelSix().agents.map((a) => (a.id === 'CG-1' ? { ...a, prompt_id: 'p-2' } : a))
    const asked = update(press(start, 'y'), { type: 'status', doc: levelSix({ agents }) }, AT).state
    expect(pressed(asked, 'y').effects).to.deep.equal([
      { type: 'act', act: { type: 'approve', id: 'CG-1', promptId: 'p-1' } },
    ])
  })

  it('restart, stop, cancel and pause ask first; retry and resume do not', () => {
    for (const keys of ['R', 'x', 'p', '2gjjjjjj x']) {
      const { state, effects } = pressed(start, keys)
      expect(effects, keys).to.deep.equal([])
      expect(state.overlays.at(-1)?.kind, keys).to.equal('confirm')
    }
    expect(pressed(start, '2gjjjjjj r').effects).to.deep.equal([
      { type: 'act', act: { type: 'retry', task: 'Task-7' } },
    ])
    const paused = levelSix({ run: { phase: 'paused', started_at: null, finished_at: null } })
    expect(pressed(monitorState(paused), 'p').effects).to.deep.equal([
      { type: 'act', act: { type: 'resume' } },
    ])
  })

  it('say why not, where an act makes no sense', () => {
    expect(press(start, 'j y').notice?.text).to.equal('CG-4 is error: it asks nothing')
    expect(press(start, 'r').notice?.text).to.equal('choose a task to retry')
    expect(
      press(monitorState(levelSix(), { status: 'gone', since: NOW, reason: null }), 'y').notice?.text,
    ).to.equal('the daemon is away')
  })

  it('answer a gate from what needs a person', () => {
    expect(pressed(start, '!j yy').effects).to.deep.equal([
      { type: 'act', act: { type: 'approve', id: 'planned', promptId: 'g-1' } },
    ])
  })

  it('s sends what was typed; Esc sends nothing; nothing is not sent', () => {
    expect(pressed(start, 'shello enter').effects).to.deep.equal([
      { type: 'act', act: { type: 'send', agent: 'CG-1', text: 'hello' } },
    ])
    expect(pressed(start, 'shello escape').effects).to.deep.equal([])
    expect(pressed(start, 's enter').effects).to.deep.equal([])
    expect(pressed(start, 'shi backspace enter').effects[0]).to.deep.include({ type: 'act' })
  })

  it('a attaches, Enter opens details, Esc closes them, q quits', () => {
    expect(pressed(start, 'a').effects).to.deep.equal([{ type: 'attach', agent: 'CG-1' }])
    expect(press(start, 'enter').overlays).to.have.length(1)
    expect(press(start, 'enter escape').overlays).to.have.length(0)
    expect(pressed(start, 'enter q').effects).to.deep.equal([])
    expect(pressed(start, 'q').effects).to.deep.equal([{ type: 'quit' }])
  })

  it('keeps at most so many events, and one mark of when the daemon went', () => {
    const rows = Array.from({ length: 3000 }, (_, i) => ({
      seq: i,
      at: '',
      type: 't',
      subject: null,
      text: '',
      level: 'info' as const,
      by: null,
    }))
    expect(update(start, { type: 'events', rows }, AT).state.events).to.have.length(1000)
    const gone = update(start, { type: 'gone', reason: 'a' }, AT).state
    expect(
      update(gone, { type: 'gone', reason: 'b' }, { now: NOW + 5000, page: 1, size: { cols: 80, rows: 24 } })
        .state.link.since,
    ).to.equal(NOW)
  })

  it('never approve a question that was not seen as a whole', () => {
    const unknown = statusDocument({
      agents: [agentRow('A', 'waiting', { text: 'Run it?', question: null })],
    })
    expect(pressed(monitorState(unknown), 'yy').effects).to.deep.equal([])
    expect(press(monitorState(unknown), 'y').notice?.text).to.contain('is not known as a whole')

    const question = Array.from({ length: 60 }, (_, i) => `rm -rf ${i}`)
    const long = statusDocument({ agents: [agentRow('A', 'waiting', { prompt_id: 'p-9', question })] })
    const { state, effects } = pressed(monitorState(long), 'yy')
    expect(effects).to.deep.equal([])
    expect(state.notice?.text).to.contain('a part of the question is hidden')
    expect(pressed(monitorState(long), 'dy').effects).to.deep.equal([
      { type: 'act', act: { type: 'deny', id: 'A', promptId: 'p-9' } },
    ])
  })
})
