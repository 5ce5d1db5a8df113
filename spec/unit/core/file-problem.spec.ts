import { expect } from 'chai'
import { fileProblem } from '../../../lib/core/file-problem.js'

describe('fileProblem', () => {
  const of = (fields: object) => fileProblem(Object.assign(new Error('x'), fields))

  it('says in words what could not be done with which file', () => {
    expect(of({ code: 'EACCES', syscall: 'mkdir', path: '/a/b' })).to.equal(
      'cannot make the directory /a/b: permission denied',
    )
    expect(of({ code: 'ENOENT', syscall: 'open', path: '/a' })).to.equal(
      'cannot open /a: no such file or directory',
    )
  })

  it('says nothing of errors that are about no file', () => {
    expect(of({ code: 'ECONNREFUSED', syscall: 'connect', path: '/a.sock' })).to.equal(undefined)
    expect(of({ code: 'EACCES' })).to.equal(undefined)
    expect(of({})).to.equal(undefined)
    expect(fileProblem('EACCES')).to.equal(undefined)
  })
})
