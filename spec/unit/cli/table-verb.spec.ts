import { expect } from 'chai'
import type { ApiClient } from '../../../lib/api/client.js'
import { tableVerb } from '../../../lib/cli/table-verb.js'
import type { VerbContext } from '../../../lib/cli/verb.js'
import { levelSix } from '../core/view/sample-status.js'

describe('a table of the status', () => {
  const printed = async (id?: string) => {
    let text = ''
    await tableVerb('tasks').run({
      connect: () => Promise.resolve({ get: () => Promise.resolve(levelSix()) } as unknown as ApiClient),
      positionals: id === undefined ? [] : [id],
      json: true,
      out: (more: string) => (text += more),
    } as unknown as VerbContext)
    return (JSON.parse(text) as { id: string }[]).map((row) => row.id)
  }

  it('has all rows, or only that of an id', async () => {
    expect(await printed()).to.have.length.greaterThan(10)
    expect(await printed('Task-7')).to.deep.equal(['Task-7'])
  })

  it('says which id is not there, and which one may be meant', async () => {
    const problem = await printed('Task7').catch((error: unknown) => error)
    expect(problem).to.include({ kind: 'usage' })
    expect(String(problem)).to.include('there is no Task7 among the tasks').and.include('Task-7')
  })
})
