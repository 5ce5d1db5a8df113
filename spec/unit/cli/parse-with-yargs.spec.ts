import { expect } from 'chai'
import { parseWithYargs } from '../../../lib/cli/rare/yargs.js'
import { VERBS } from '../../../lib/cli/verbs.js'

describe('parseWithYargs', () => {
  const write = process.stderr.write.bind(process.stderr)
  let said = ''
  beforeEach(() => {
    said = ''
    process.stderr.write = (text: string | Uint8Array) => {
      said += String(text)
      return true
    }
  })
  afterEach(() => {
    process.stderr.write = write
  })

  it('chooses no verb after a mistake', async () => {
    expect(await parseWithYargs(['status', '--nope'], VERBS)).to.equal(2)
    expect(said).to.match(/^orchestra: Unknown argument: nope\n/)
  })
})
