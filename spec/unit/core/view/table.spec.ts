import { expect } from 'chai'
import { line, lineText, lineWidth, shortenLine, span } from '../../../../lib/core/view/spans.js'
import { tableLines, type Column } from '../../../../lib/core/view/table.js'

interface Row {
  readonly name: string
  readonly note: string
  readonly age: string
}
const COLUMNS: Column<Row>[] = [
  { id: 'name', head: 'NAME', rank: 1, min: 4, want: 8, cell: ({ name }) => line(span(name, 'strong')) },
  { id: 'age', head: 'AGE', rank: 3, align: 'right', cell: ({ age }) => line(age) },
  { id: 'note', head: 'NOTE', rank: 2, min: 6, want: 10, cell: ({ note }) => line(note) },
]
const ROWS: Row[] = [
  { name: 'alpha', note: 'a note that is rather long', age: '3s' },
  { name: '日本', note: 'b', age: '12m' },
]
const texts = (cols: number, rows = ROWS) =>
  tableLines(COLUMNS, rows, cols, { ascii: false }).map((row) => lineText(row))

describe('tableLines', () => {
  it('aligns wide characters', () => {
    expect(texts(44)).to.deep.equal([
      'NAME  AGE NOTE                      ',
      'alpha  3s a note that is rather long',
      '日本  12m b                         ',
    ])
  })

  it('shortens texts, then drops the least important column', () => {
    expect(texts(20)[1]).to.equal('alpha  3s a note th…')
    expect(texts(13)[1]).to.equal('alpha a note…')
    expect(texts(6)[1]).to.equal('alpha')
  })

  it('leaves out a column without content', () => {
    expect(texts(30, [{ name: 'a', note: '', age: '1s' }])[0]).to.equal('NAME AGE')
  })

  it('is never wider than asked, at any width', () => {
    for (let cols = 1; cols < 60; cols++) {
      for (const row of tableLines(COLUMNS, ROWS, cols, { ascii: true }))
        expect(lineWidth(row)).to.be.at.most(cols)
    }
  })
})

describe('shortenLine', () => {
  it('cuts in the span where the room ends', () => {
    const spans = [span('abc', 'bad'), span('日本語'), span('tail')]
    expect(lineText(shortenLine(spans, 7))).to.equal('abc日…')
    expect(lineText(shortenLine(spans, 9))).to.equal('abc日本…')
    expect(lineText(shortenLine(spans, 13))).to.equal('abc日本語tail')
    for (let width = 1; width < 14; width++) expect(lineWidth(shortenLine(spans, width))).to.be.at.most(width)
  })
})
