import { expect } from 'chai'
import { OrchestraError } from '../../../lib/core/errors.js'
import { wrapSqliteError } from '../../../lib/store/store-error.js'

const problemOf = (fields: object) =>
  wrapSqliteError(Object.assign(new Error('words'), fields), 'writing', '/s').details['store']

describe('wrapSqliteError', () => {
  it('knows the codes of both libraries, also the extended ones', () => {
    expect(problemOf({ rawCode: 13 })).to.equal('full')
    expect(problemOf({ errcode: 13 })).to.equal('full')
    expect(problemOf({ errcode: 8 | (3 << 8) })).to.equal('readonly')
    expect(problemOf({ rawCode: 14 })).to.equal('readonly')
    expect(problemOf({ rawCode: 26 })).to.equal('corrupt')
    expect(problemOf({ rawCode: 10 })).to.equal('io')
    expect(problemOf({ code: 'ENOSPC' })).to.equal('full')
    expect(problemOf({})).to.equal('io')
  })

  it('passes our own errors through', () => {
    const ours = new OrchestraError('said', { kind: 'refused' })
    expect(wrapSqliteError(ours, 'writing', '/s')).to.equal(ours)
  })
})
