import { expect } from 'chai'
import type { Layout } from '../../../../lib/core/layout/model.js'
import { viewDesired } from '../../../../lib/tmux/protocol/view-model.js'

const command = (argv: readonly string[]) =>
  ({ kind: 'command', command: argv, cwd: '~/x', env: {} }) as const
const shown = { size: null, focus: false } as const
const layoutOf = (panes: readonly object[]): Layout =>
  ({
    agents: [{ id: 'CG-1', label: 'the # one' }],
    windows: [
      {
        name: 'Main',
        title: null,
        layout: 'tiled',
        focus: true,
        panes: panes.map((p) => ({ ...p, ...shown })),
      },
      {
        name: 'Mon',
        title: null,
        layout: null,
        focus: false,
        panes: [{ kind: 'view', view: 'monitor', ...shown }],
      },
    ],
  }) as unknown as Layout
const context = { viewArgv: (view: string) => ['orchestra', view], mirrorArgv: ['mirror'], home: '/h' }

describe('viewDesired', () => {
  it('gives each pane a slot that names it', () => {
    const view = viewDesired(
      layoutOf([
        { kind: 'agent', agent: 'CG-1' },
        { kind: 'agent', agent: 'CG-1' },
        { kind: 'view', view: 'queue' },
      ]),
      context,
    )
    expect(view.windows[0]?.panes.map((p) => p.slot)).to.deep.equal([
      'Main/agent:CG-1',
      'Main/agent:CG-1.2',
      'Main/view:queue',
    ])
    expect(view).to.deep.include({ monitorWindow: 'Mon', mainWindow: 'Main' })
    expect(view.windows[0]?.panes[0]).to.deep.include({ argv: ['mirror'], label: 'the # one', agent: 'CG-1' })
    expect(view.windows[1]?.panes[0]?.argv).to.deep.equal(['orchestra', 'monitor'])
  })

  it('takes a command that changed for another pane', () => {
    const slot = (argv: readonly string[]) =>
      viewDesired(layoutOf([command(argv)]), context).windows[0]?.panes[0]
    expect(slot(['a'])?.slot).to.equal(slot(['a'])?.slot)
    expect(slot(['a'])?.slot).to.not.equal(slot(['b'])?.slot)
    expect(slot(['a'])?.cwd).to.equal('/h/x')
  })
})
