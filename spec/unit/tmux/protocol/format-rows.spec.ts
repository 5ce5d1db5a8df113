import { expect } from 'chai'
import { parseAgentRows } from '../../../../lib/tmux/protocol/agent-rows.js'
import { parseRows, rowFormat } from '../../../../lib/tmux/protocol/format-rows.js'

describe('parseRows', () => {
  it('reads fields by name; the last may hold anything', () => {
    expect(rowFormat(['pane_id', 'pane_title'])).to.equal('#{pane_id}|#{pane_title}')
    expect(parseRows('%1|a|b\n%2|\n', ['pane_id', 'pane_title'])).to.deep.equal([
      { pane_id: '%1', pane_title: 'a|b' },
      { pane_id: '%2', pane_title: '' },
    ])
    expect(parseRows('', ['pane_id'])).to.deep.equal([])
  })

  it('throws on a short row', () => {
    expect(() => parseRows('%1', ['pane_id', 'pane_title'])).to.throw('does not parse')
  })
})

describe('parseAgentRows', () => {
  const row = (store: string, agent: string, id = '@1') =>
    `${id}|%1|42|1|7||200|50|0|1|1700000000|/dev/pts/3|${store}|agent|${agent}|g2|title | more`

  it('reads the panes of one store', () => {
    expect(parseAgentRows([row('S1', 'A'), row('S2', 'B'), row('', '#(x)')].join('\n'), 'S1')).to.deep.equal([
      {
        window: '@1', pane: '%1', agent: 'A', generation: 'g2', pid: 42, tty: '/dev/pts/3', cols: 200, rows: 50,
        dead: { status: 7, signal: null }, inMode: false, piped: true, activeAt: 1_700_000_000_000, title: 'title | more',
      },
    ]) // prettier-ignore
  })

  it('knows no process of a dead pane where tmux names none', () => {
    const [dead] = parseAgentRows(row('S1', 'A').replace('|42|', '||'), 'S1')
    expect(dead).to.include({ pid: 0 })
    expect(() => parseAgentRows(row('S1', 'A').replace('|42|1|', '||0|'), 'S1')).to.throw('does not parse')
  })

  it('throws on what cannot be a row of ours', () => {
    expect(() => parseAgentRows(row('S1', '../x'), 'S1')).to.throw('does not parse')
    expect(() => parseAgentRows(row('S1', 'A', 'x'), 'S1')).to.throw('does not parse')
    expect(() => parseAgentRows('nonsense', 'S1')).to.throw('does not parse')
  })
})
