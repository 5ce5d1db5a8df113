import { expect } from 'chai'
import { parseWithYargs } from '../../../lib/cli/parse-with-yargs.js'
import { allVerbs } from '../../../lib/cli/verbs.js'

describe('parseWithYargs', () => {
  let verbs: Awaited<ReturnType<typeof allVerbs>>
  before(async () => (verbs = await allVerbs()))

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

  it('says which verb there is not, and suggests only what is near', async () => {
    expect(await parseWithYargs(['stauts'], verbs)).to.equal(2)
    expect(await parseWithYargs(['--json', 'zzz'], verbs)).to.equal(2)
    expect(said).to.match(/^orchestra: there is no verb "stauts" \(did you mean status\?\)\n/)
    expect(said).to.match(/there is no verb "zzz"\n/)
  })

  it('says which argument is missing, and which values there are', async () => {
    expect(await parseWithYargs(['send'], verbs)).to.equal(2)
    expect(await parseWithYargs(['graph', '-f', 'nope'], verbs)).to.equal(2)
    expect(said).to.match(/^orchestra: send needs AGENT: an agent of the layout\n/)
    expect(said).to.match(/orchestra: --format nope: one of ascii, mermaid, gantt, dot, json\n/)
  })

  it('chooses no verb after a mistake', async () => {
    expect(await parseWithYargs(['status', '--nope'], verbs)).to.equal(2)
    expect(said).to.match(/^orchestra: Unknown argument: nope\n/)
  })
})
