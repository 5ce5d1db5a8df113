import { expect } from 'chai'
import { formatBytes } from '../../../../lib/core/text/format-bytes.js'

describe('formatBytes', () => {
  it('takes the unit of which there are less than a thousand', () => {
    const sizes = [0, 999, 1000, 4096, 61 * 1024 * 1024, 80 * 1024 ** 3]
    expect(sizes.map(formatBytes)).to.deep.equal([
      '0 bytes',
      '999 bytes',
      '1.0 KB',
      '4.0 KB',
      '61 MB',
      '80 GB',
    ])
  })
})
