import { expect } from 'chai'
import { machineColumns } from '../../../../lib/core/view/columns.js'
import { titleLine, wavesLine } from '../../../../lib/core/view/headline.js'
import { lineWidth, type Line } from '../../../../lib/core/view/spans.js'
import { statusView } from '../../../../lib/core/view/status-view.js'
import { tableLines } from '../../../../lib/core/view/table.js'
import { machineRow, NOW, statusDocument, taskRow } from './sample-status.js'

const theme = { ascii: false }
const textOf = (line: Line) => line.map(({ text }) => text).join('')

describe('machineColumns', () => {
  it('marks what is only the last known, and says first why the machine is away', () => {
    const doc = statusDocument({
      machines: [
        machineRow('mugen', { tmux: 'tmux 3.3a' }),
        machineRow('majin', { state: 'offline', reason: 'no answer', problems: ['load 30 on 16 cores'] }),
      ],
    })
    const rows = statusView(doc, NOW).layers.flatMap((layer) => layer.machines)
    const [head = '', mugen = '', majin = ''] = tableLines(machineColumns(theme), rows, 160, theme).map(
      textOf,
    )
    expect(head).to.match(/LOAD +MEM +DISK/)
    expect(mugen).to.match(/2\.1\/16 +43% +61% +main ±3 ↓2 +3\.3a/)
    expect(majin).to.match(/2\.1\/16\? +43%\? +61%\? +main ±3 ↓2\?/)
    expect(majin).to.match(/no answer/)
  })

  it('says connecting of a machine that was not reached yet, and not of one that never is', () => {
    const doc = statusDocument({
      machines: [
        machineRow('mugen', { state: 'unknown' }),
        machineRow('pixel', { state: 'unknown', kind: 'client' }),
      ],
    })
    const rows = statusView(doc, NOW).layers.flatMap((layer) => layer.machines)
    const [, mugen = '', pixel = ''] = tableLines(machineColumns(theme), rows, 160, theme).map(textOf)
    expect(mugen).to.match(/connecting/)
    expect(pixel).not.to.match(/connecting/)
  })
})

describe('wavesLine', () => {
  const view = (done: number) =>
    statusView(
      statusDocument({
        tasks: Array.from({ length: 8 }, (_, i) =>
          taskRow(`T-${i}`, i < done ? 'COMPLETED' : i === done ? 'IN_PROGRESS' : 'PENDING', { wave: i + 1 }),
        ),
      }),
      NOW,
    )
  const shown = (done: number, cols: number) => textOf(wavesLine(view(done), cols, theme))

  it('shows all waves where they fit', () => {
    expect(shown(0, 80)).to.equal('waves  ● 0/1  · 0/1  · 0/1  · 0/1  · 0/1  · 0/1  · 0/1  · 0/1')
  })

  it('shows where it goes on where they do not, and that there are more', () => {
    expect(shown(0, 40)).to.equal('waves  ● 0/1  · 0/1  · 0/1  · 0/1  …')
    expect(shown(6, 40)).to.equal('waves  …  ✓ 1/1  ✓ 1/1  ● 0/1  · 0/1')
    expect(shown(3, 34)).to.equal('waves  …  ● 0/1  · 0/1  · 0/1  …')
    for (let cols = 14; cols < 90; cols += 1)
      for (let done = 0; done <= 8; done += 1)
        expect(lineWidth(wavesLine(view(done), cols, theme)), `${cols} ${done}`).to.be.at.most(cols)
  })
})

describe('titleLine', () => {
  it('does not tick off a run in which something failed', () => {
    const title = (status: 'COMPLETED' | 'FAILED' | 'BLOCKED') => {
      const doc = statusDocument({ tasks: [taskRow('T', status)] })
      const ended = { ...doc, run: { ...doc.run, phase: 'finished' as const } }
      return textOf(titleLine(statusView(ended, NOW), 60, theme))
    }
    expect(title('COMPLETED')).to.include('✓ finished')
    expect(title('FAILED')).to.include('✗ finished')
    expect(title('BLOCKED')).to.include('✗ finished')
  })
})
