import { expect } from 'chai'
import { ControlClient } from '../../../lib/tmux/control-client.js'
import type { ViewStep } from '../../../lib/tmux/protocol/view-step.js'
import { runSteps } from '../../../lib/tmux/run-steps.js'
import { withTmuxServer } from '../../support/tmux.js'

const step = (type: ViewStep['type'], ...line: string[]): ViewStep => ({ type, text: type, lines: [[line]] })

describe('steps of a view', () => {
  const run = (...steps: readonly ViewStep[]) =>
    withTmuxServer(async (tmux) => {
      tmux.run('-f', '/dev/null', 'new-session', '-d', '-s', 'a', '-x', '80', '-y', '24', 'cat')
      const client = await ControlClient.attach(tmux.link, { ...tmux, session: 'a' })
      try {
        await runSteps(client, steps, 'a')
        return tmux.run('list-windows', '-t', '=a', '-F', '#{window_name}').split('\n')
      } catch (error) {
        return error as Error
      } finally {
        client.close()
      }
    })
  const last = step('window.create', 'new-window', '-d', '-n', 'last', 'cat')

  it('are done when what was to be removed went by itself', async () => {
    for (const gone of [
      step('pane.remove', 'kill-pane', '-t', '%99'),
      step('window.remove', 'kill-window', '-t', '@99'),
    ])
      expect(await run(gone, last)).to.include('last')
  })

  it('are done when the window to begin in ended by itself', async () => {
    expect(await run(step('window.focus', 'select-window', '-t', '=a:77'), last)).to.include('last')
  })

  it('are done without a layout that does not fit', async () => {
    expect(
      await run(step('window.layout', 'select-layout', '-t', '=a:0', 'b25d,1x1,0,0,9'), last),
    ).to.include('last')
  })

  it('fail with the name of the one that tmux refused', async () => {
    for (const type of ['pane.create', 'pane.remove'] as const)
      expect(await run(last, step(type, 'kill-pane', '-Z', '-t', '%99'))).to.match(new RegExp(`^.*${type}: `))
    expect(await run(step('pane.focus', 'select-pane', '-t', '%99'))).to.match(
      /pane\.focus: .*can't find pane/,
    )
  })
})
