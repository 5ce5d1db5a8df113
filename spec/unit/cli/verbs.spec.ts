import { expect } from 'chai'
import { readdirSync } from 'node:fs'
import { allVerbs, VERBS } from '../../../lib/cli/verbs.js'

describe('the verbs', () => {
  it('are listed under their own names, each with its file', async () => {
    const rows = await allVerbs()
    expect(rows.map(({ name }) => name)).to.deep.equal([...VERBS.keys()])
    const files = readdirSync('lib/cli/verbs').map((file) => file.replace(/\.ts$/, ''))
    expect(files.toSorted()).to.deep.equal([...VERBS.keys()].toSorted())
  })
})
