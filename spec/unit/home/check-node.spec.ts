import { expect } from 'chai'
import { readFileSync } from 'node:fs'
import { checkNode } from '../../../lib/home/check-node.js'

describe('checkNode', () => {
  it('refuses what is older than package.json says', () => {
    const { engines } = JSON.parse(
      readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'),
    ) as { engines: { node: string } }
    expect(engines.node).to.equal('>=20.19')
    for (const old of ['18.20.8', '20.18.3', '16.0.0']) expect(checkNode(old)).to.include(old)
    for (const good of ['20.19.0', '20.20.2', '22.1.0', '24.0.0']) expect(checkNode(good)).to.equal(null)
  })
})
