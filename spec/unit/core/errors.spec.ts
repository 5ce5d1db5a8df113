import { expect } from 'chai'
import type * as Errors from '../../../lib/core/errors.js'
import { OrchestraError } from '../../../lib/core/errors.js'

describe('OrchestraError', () => {
  it('is known in another bundle, which has its own copy of the class', async () => {
    const url = new URL('../../../lib/core/errors.js?another-copy', import.meta.url)
    const other = (await import(url.href)) as typeof Errors
    expect(other.OrchestraError).not.to.equal(OrchestraError)
    expect(new other.OrchestraError('x', { kind: 'usage' })).to.be.instanceOf(OrchestraError)
  })

  it('is not any other error', () => {
    expect(new Error('x')).not.to.be.instanceOf(OrchestraError)
    const nothing: unknown = null
    expect(nothing instanceof OrchestraError).to.equal(false)
  })
  it('is not one of a class that extends it, unless it was made as one', () => {
    class Special extends OrchestraError {}
    expect(new OrchestraError('x', { kind: 'failed' })).not.to.be.instanceOf(Special)
    expect(new Special('x', { kind: 'failed' }))
      .to.be.instanceOf(Special)
      .and.instanceOf(OrchestraError)
  })
})
