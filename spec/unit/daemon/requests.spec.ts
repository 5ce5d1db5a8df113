import { expect } from 'chai'
import { readFileSync } from 'node:fs'
import { REQUESTS } from '../../../lib/daemon/requests/index.js'
import { PERMISSIONS_PAGE, permissionDocs } from '../../../scripts/support/permission-docs.js'
import { LIST, READING_LIST, readingList, requestList } from '../../../scripts/support/request-list.js'

describe('the requests', () => {
  it('are listed, every file that has a row: `npm run fix` writes the list', () => {
    expect(readFileSync(LIST, 'utf8')).to.equal(requestList())
    expect(readFileSync(READING_LIST, 'utf8')).to.equal(readingList())
  })

  it('stand in docs/permissions.md with what they need: `npm run fix` writes it', async () => {
    const document = readFileSync(PERMISSIONS_PAGE, 'utf8')
    expect(document).to.equal(await permissionDocs(document))
  })

  it('have a place of their own each', () => {
    const places = REQUESTS.map(({ method, path }) => `${method} ${path.replace(/:\w+/g, ':')}`)
    expect(places).to.deep.equal([...new Set(places)])
  })
})
