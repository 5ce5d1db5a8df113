import { expect } from 'chai'
import { execFileSync } from 'node:child_process'
import { posixCksum } from '../../../../lib/daemon/machines/posix-cksum.js'

describe('posixCksum', () => {
  it('says what cksum says', () => {
    for (const text of ['', 'a', 'hello\n', 'ä'.repeat(70_000), '\0'.repeat(300)]) {
      const bytes = Buffer.from(text)
      expect(posixCksum(bytes)).to.equal(execFileSync('cksum', { input: bytes, encoding: 'utf8' }).trim())
    }
  })
})
