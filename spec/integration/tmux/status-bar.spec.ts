import { expect } from 'chai'
import { SESSION_OPTIONS } from '../../../lib/tmux/view-keys.js'
import { eventually } from '../../support/eventually.js'
import { withTmuxServer } from '../../support/tmux.js'

/** What tmux itself draws, on real clients: where the bar is too long it cuts from the middle of a number. */
describe('the bar of the view', () => {
  const COUNTS = '●112 ◐110 ✗123  1112/1150'
  const widths = [20, 24, 30, 35, 36, 40, 50, 60, 79, 80, 100, 200]

  for (const name of ['orchestra-local', 'a-session-whose-name-is-as-long-as-names'])
    it(`shows every number whole or not at all: ${name}`, () =>
      withTmuxServer(async (tmux) => {
        tmux.run('-f', '/dev/null', 'new-session', '-d', '-s', name, '-n', 'Plan', 'sleep 1000')
        for (const [option, value] of SESSION_OPTIONS) tmux.run('set', '-t', name, option, value)
        tmux.run('set', '-t', name, '@orch_status', COUNTS)
        tmux.run('new-session', '-d', '-s', 'outer', 'sleep 1000')
        for (const cols of widths) {
          const attach = `env -u TMUX ${tmux.tmux} -u -L ${tmux.socket} attach -t =${name}`
          tmux.run('new-session', '-d', '-s', `w${cols}`, '-x', String(cols), '-y', '6', attach)
          tmux.run('set', '-t', `w${cols}`, 'status', 'off')
          const bar = await eventually(() => {
            const text = tmux.run('capture-pane', '-p', '-t', `w${cols}:`).trimEnd().split('\n').at(-1) ?? ''
            expect(text, `${cols} columns`).to.include('●112 ◐110 ✗123')
            return text
          })
          const [, rest = ''] = bar.split('✗123')
          const numbers = rest.match(/\d+/g) ?? []
          expect(numbers.slice(0, 2), `${cols} columns: ${bar}`).to.deep.equal(
            cols < 36 ? [] : ['1112', '1150'],
          )
          tmux.run('kill-session', '-t', `=w${cols}`)
        }
      }))
})
