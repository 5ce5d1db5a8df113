import { expect } from 'chai'
import { snakeKeys } from '../../../../lib/cli/render/snake-keys.js'

describe('keys of a document', () => {
  it('are in snake_case at every depth; values and environments are left alone', () => {
    const data = {
      criticalPath: { lengthMs: 1, ids: ['fooBar'] },
      env: { PathTo: 'aB' },
      list: [{ a: null, startMs: 2 }],
    }
    expect(snakeKeys(data)).to.deep.equal({
      critical_path: { length_ms: 1, ids: ['fooBar'] },
      env: { PathTo: 'aB' },
      list: [{ a: null, start_ms: 2 }],
    })
  })
})
