import { expect } from 'chai'
import type { MergeRow } from '../../../../lib/core/protocol/merges.js'
import { mergeLines } from '../../../../lib/core/view/merge-lines.js'
import { lineText } from '../../../../lib/core/view/spans.js'

const idle: MergeRow = {
  id: 'app',
  into: 'main',
  machine: 'here',
  push: 'none',
  state: 'idle',
  batch: [],
  queued: [],
  landed: [],
  problems: [],
  offered: [],
  reason: null,
}
const busy: MergeRow = {
  ...idle,
  state: 'verifying',
  batch: ['menu', 'header'],
  queued: ['footer'],
  landed: ['a', 'b'],
  problems: [
    {
      task: 'late',
      status: 'conflicted',
      reason: '',
      files: ['a.txt'],
      against: [],
      resolver: 'late-merge-1',
    },
    { task: 'banner', status: 'rejected', reason: 'red', files: [], against: [], resolver: null },
  ],
  offered: [
    { task: 'one', url: 'https://hub/pull/1', reason: null },
    { task: 'two', url: 'https://hub/pull/1', reason: null },
    { task: 'three', url: null, reason: null },
  ],
}
const texts = (row: MergeRow, cols = 100, ascii = false) => mergeLines([row], cols, { ascii }).map(lineText)

describe('lines of merge queues', () => {
  it('say nothing of a queue that never had anything', () => expect(texts(idle)).to.deep.equal([]))

  it('say what is verified, what waits and has landed, who resolves, and each request once', () =>
    expect(texts(busy)).to.deep.equal([
      '● app → main verifying menu, header · 1 wait · 2 landed · 3 offered · 1 not landed',
      '  late conflicts in a.txt: late-merge-1 resolves it',
      '  https://hub/pull/1',
      '  a pull request is asked for',
    ]))

  it('fit any width, in ASCII too', () => {
    for (const cols of [20, 40, 60])
      for (const text of texts(busy, cols, true)) {
        expect(text.length).to.be.at.most(cols)
        expect(text).to.match(/^[\x20-\x7e]*$/)
      }
    expect(texts({ ...busy, batch: Array.from({ length: 20 }, (_, n) => `task-${n}`) }, 40)[0]).to.match(
      /^● app → main verifying task-0/,
    )
  })
})
