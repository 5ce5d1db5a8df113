import { expect } from 'chai'
import type { PaneId, WindowId } from '../../../../lib/core/ids.js'
import type { DesiredPane, ObservedWindow, ViewDesired } from '../../../../lib/tmux/protocol/view-model.js'
import { OBSERVE_FORMAT, parseObserved } from '../../../../lib/tmux/protocol/view-observed.js'
import {
  BOOT_INDEX,
  BOOT_WINDOW,
  birthSteps,
  orderSteps,
  planView,
} from '../../../../lib/tmux/protocol/view-plan.js'

const pane = (slot: string): DesiredPane => ({
  slot,
  argv: ['sleep', '9'],
  cwd: null,
  env: {},
  agent: null,
  label: slot,
  size: null,
  focus: false,
})
const desired = (windows: Readonly<Record<string, readonly string[]>>): ViewDesired => ({
  windows: Object.entries(windows).map(([name, slots]) => ({
    name,
    layout: null,
    focus: false,
    panes: slots.map((slot) => pane(slot)),
  })),
  monitorWindow: null,
  mainWindow: null,
})
let paneNumber = 0
const observed = (index: number, mark: string, slots: readonly string[]): ObservedWindow => ({
  windowId: `@${index}` as WindowId,
  index,
  cols: 80,
  rows: 24,
  isZoomed: false,
  isPinned: false,
  mark,
  layoutKey: '',
  panes: slots.map((slot, i) => ({
    paneId: `%${paneNumber++}` as PaneId,
    index: i + 1,
    tty: '/dev/pts/1',
    cols: 80,
    rows: 24,
    slot,
    isDead: false,
    isActive: i === 0,
  })),
})
const texts = (want: ViewDesired, have: readonly ObservedWindow[]): string[] =>
  planView(want, have, 's').steps.map((step) => step.text)

describe('birthSteps', () => {
  const size = { cols: 80, rows: 24 }

  it('makes every window at its number, begins where the focus is, and closes the first empty one last', () => {
    const want = desired({ A: ['x/a'], None: [], B: ['x/b', 'x/c'] })
    const focused = { ...want, windows: want.windows.map((w) => ({ ...w, focus: w.name === 'B' })) }
    expect(birthSteps(focused, 's', size).map((step) => step.text)).to.deep.equal([
      'create window 1 A (a)',
      'lay A out',
      'create window 3 B (b, c)',
      'lay B out',
      'begin in window 3',
      'close the empty first window',
    ])
    expect(birthSteps(focused, 's', size).at(-1)?.lines).to.deep.equal([
      [['kill-window', '-t', `=s:${BOOT_INDEX}`]],
    ])
  })

  it('leaves a session without windows its first empty one', () => {
    expect(birthSteps(desired({}), 's', size)).to.deep.equal([])
  })

  it('leaves to a later look what only some versions of tmux know', () => {
    const want = desired({ A: ['x/a', 'x/b'] })
    const windows = want.windows.map((w) => ({ ...w, layout: 'main-vertical-mirrored' }))
    const steps = birthSteps({ ...want, windows }, 's', size)
    expect(steps.map((step) => step.type)).to.not.include('window.layout')
  })
})

describe('planView', () => {
  it('says nothing when all is right', () => {
    const have = [observed(1, 'A', ['a']), observed(2, 'B', ['b', 'c'])]
    const plan = planView(desired({ A: ['a'], B: ['b', 'c'] }), have, 's')
    expect(plan).to.deep.equal({ steps: [], left: ['a', 'b', 'c'] })
  })

  it('makes a new session’s windows before it closes the first empty one', () => {
    expect(texts(desired({ A: ['x/a'], B: ['x/b', 'x/c'] }), [observed(1, BOOT_WINDOW, [''])])).to.deep.equal(
      [
        'move window 1 aside',
        'create window 1 A (a)',
        'create window 2 B (b, c)',
        'close the empty first window',
      ],
    )
  })

  it('lets windows change places, by way of a free number', () => {
    const have = [observed(1, 'A', ['a']), observed(2, 'B', ['b'])]
    expect(texts(desired({ B: ['b'], A: ['a'] }), have)).to.deep.equal([
      'move window 2 aside',
      'move window 1 A to 2',
      'move window 2 B to 1',
    ])
  })

  it('goes around a person’s window', () => {
    const have = [observed(1, 'A', ['a']), observed(2, '', ['']), observed(3, 'C', ['c'])]
    expect(texts(desired({ A: ['a'], B: ['x/b'], C: ['c'] }), have)).to.deep.equal(['create window 4 B (b)'])
  })

  it('leaves a pane where a person moved it', () => {
    const have = [observed(1, 'A', ['a']), observed(7, '', ['b'])]
    const plan = planView(desired({ A: ['a'], B: ['b'] }), have, 's')
    expect(plan.steps).to.deep.equal([])
    expect(plan.left).to.deep.equal(['b', 'a'].sort())
  })

  it('stamps a pane in the very line that makes it', () => {
    const plan = planView(desired({ A: ['x/a', 'x/b'] }), [], 's')
    for (const line of plan.steps.flatMap((step) => step.lines)) {
      const makes = line.some(([name]) => name === 'new-window' || name === 'split-window')
      expect(line.some((command) => command.includes('@orch_slot'))).to.equal(makes)
    }
  })

  it('keeps every free text out of arguments that tmux expands', () => {
    const evil = '#(touch x)'
    const want = desired({ A: ['x/a'] })
    const [window] = want.windows
    const nasty = { ...pane('x/a'), label: evil, cwd: `/d/${evil}`, env: { E: evil }, argv: ['echo', evil] }
    const plan = planView({ ...want, windows: [{ ...window!, panes: [nasty] }] }, [], 's')
    for (const command of plan.steps.flatMap((step) => step.lines.flat())) {
      const words = command.map(String)
      const end = words.includes('--') ? words.indexOf('--') : words.length
      const expanded = words.slice(0, end).filter((word, i) => word.includes(evil) && words[i - 1] !== '-e')
      if (words[0] !== 'set-option') expect(expanded).to.deep.equal([])
      else expect(words).to.not.include('-F')
    }
  })

  it('swaps panes into the layout’s order', () => {
    const have = [observed(1, 'A', ['c', 'a', 'b'])]
    const [step] = orderSteps(desired({ A: ['a', 'b', 'c'] }), have)
    expect(step?.lines).to.have.length(2)
    expect(orderSteps(desired({ A: ['c', 'a', 'b'] }), have)).to.deep.equal([])
  })
})

describe('parseObserved', () => {
  it('reads what the format asks for, and passes over the rest', () => {
    const line = [
      '@3',
      '2',
      '80',
      '24',
      '0',
      'latest',
      'A',
      'k',
      '%7',
      '1',
      '/dev/pts/4',
      '40',
      '23',
      '0',
      '1',
      'A/agent:1',
      'bash',
      'env bash -l',
    ]
    expect(OBSERVE_FORMAT.split('\t')).to.have.length(line.length)
    const [window] = parseObserved(`garbage\n${line.join('\t')}`)
    expect(window).to.deep.include({ windowId: '@3', index: 2, mark: 'A', layoutKey: 'k' })
    expect(window?.panes[0]).to.deep.include({
      paneId: '%7',
      tty: '/dev/pts/4',
      slot: 'A/agent:1',
      isActive: true,
      runs: 'bash',
      isPersons: true,
    })
  })

  it('tells where a person types from what the layout runs', () => {
    const isPersons = (runs: string, started: string) => {
      const row = [
        '@3',
        '2',
        '80',
        '24',
        '0',
        'latest',
        'A',
        'k',
        '%7',
        '1',
        'tty',
        '40',
        '23',
        '0',
        '1',
        's',
      ]
      return parseObserved([...row, runs, started].join('\t'))[0]?.panes[0]?.isPersons
    }
    expect(isPersons('vim', 'env bash')).to.equal(true)
    expect(isPersons('bash', '"env" "bash"')).to.equal(true)
    expect(isPersons('make', '/usr/bin/zsh -l')).to.equal(true)
    expect(isPersons('ssh', 'ssh host')).to.equal(true)
    expect(isPersons('cat', 'env cat')).to.equal(false)
    expect(isPersons('npm', 'sh -c "npm run dev"')).to.equal(false)
  })
})
