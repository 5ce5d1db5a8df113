import { expect } from 'chai'
import type { PaneId, WindowId } from '../../../../lib/core/ids.js'
import type { DesiredPane, ObservedWindow, ViewDesired } from '../../../../lib/tmux/protocol/view-model.js'
import { endsKey, planView } from '../../../../lib/tmux/protocol/view-plan.js'

const pane = (slot: string): DesiredPane => ({
  slot,
  argv: ['bash'],
  cwd: null,
  env: {},
  agent: null,
  label: slot,
  size: null,
  focus: false,
})
const desired = (windows: Readonly<Record<string, readonly string[]>>): ViewDesired => ({
  windows: Object.entries(windows).map(([name, what]) => ({
    name,
    layout: null,
    focus: false,
    panes: what.map((one) => pane(`${name}/${one}`)),
  })),
  monitorWindow: null,
  mainWindow: null,
})
const observed = (index: number, mark: string, what: readonly string[]): ObservedWindow => ({
  windowId: `@${index}` as WindowId,
  index,
  cols: 80,
  rows: 24,
  isZoomed: false,
  isPinned: false,
  mark,
  layoutKey: '',
  panes: what.map((one, i) => ({
    paneId: `%${index * 10 + i}` as PaneId,
    index: i + 1,
    tty: '/dev/pts/1',
    cols: 80,
    rows: 24,
    slot: `${mark}/${one}`,
    isDead: false,
    isActive: i === 0,
    runs: 'vim',
    isPersons: one.startsWith('command:'),
  })),
})
const texts = (want: ViewDesired, have: readonly ObservedWindow[]) =>
  planView(want, have, 's').steps.map(({ text }) => text)

describe('a window that is called otherwise', () => {
  it('is renamed, its panes stay', () => {
    const have = [observed(1, 'Desk', ['command:ab']), observed(2, 'Impl', ['agent:A', 'agent:B'])]
    const plan = planView(desired({ Home: ['command:ab'], Work: ['agent:A', 'agent:B'] }), have, 's')
    expect(plan.steps.map(({ text }) => text)).to.deep.equal([
      'rename window 1 Desk to Home',
      'rename window 2 Impl to Work',
    ])
    expect(plan.left).to.deep.equal(['Home/command:ab', 'Work/agent:A', 'Work/agent:B'])
    expect(plan.steps[0]?.lines).to.deep.equal([
      [
        ['rename-window', '-t', '@1', 'Home'],
        ['set-option', '-w', '-t', '@1', '@orch_window', 'Home'],
        ['set-option', '-p', '-t', '%10', '@orch_slot', 'Home/command:ab'],
      ],
    ])
  })

  it('moves with its new name, and keeps the shell of a person when other panes change', () => {
    const have = [observed(1, 'Desk', ['command:ab']), observed(2, 'Impl', ['agent:A'])]
    expect(texts(desired({ Impl: ['agent:A'], Home: ['command:ab', 'agent:B'] }), have)).to.deep.equal([
      'rename window 1 Desk to Home',
      'move window 2 aside',
      'move window 1 Home to 2',
      'move window 2 Impl to 1',
      'create pane agent:B in Home',
      'keep the focus of Home',
    ])
  })

  it('is another window when nothing of it stays', () => {
    const have = [observed(1, 'Desk', ['command:ab'])]
    expect(texts(desired({ Home: ['agent:A'] }), have).at(-1)).to.equal('remove window 1 Desk')
  })
})

describe('a step that ends what a person runs', () => {
  it('names the panes, and the key to agree to exactly these', () => {
    const have = [observed(1, 'Desk', ['command:ab', 'command:cd']), observed(2, 'Impl', ['agent:A'])]
    const { steps } = planView(desired({ Desk: ['command:ab'] }), have, 's')
    expect(steps.map((step) => [step.text, endsKey(step)])).to.deep.equal([
      ['remove pane %11 Desk/command:cd', 'pane:%11'],
      ['remove window 2 Impl', null],
    ])
  })
})
