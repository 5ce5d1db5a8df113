/** Recordings of the real API: its redirects, links and headers, as they came over the wire. */
import { expect } from 'chai'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { issueFacts } from '../../../lib/github/decode.js'
import type { Outcome } from '../../../lib/github/outcome.js'
import { json, withServer, type Answering } from '../../support/github/answering.js'
import { clientAt } from '../../support/github/emulated.js'

interface Recorded {
  readonly method: string
  readonly path: string
  readonly status: number
  readonly response: unknown
  readonly headers: Readonly<Record<string, string>>
}

const SCENARIOS = join(
  dirname(createRequire(import.meta.url).resolve('@octokit/fixtures')),
  'scenarios/api.github.com',
)
/** What the transport says of itself. */
const OF_TRANSPORT = new Set(['content-length', 'transfer-encoding', 'connection', 'content-encoding'])

async function replayed(name: string, use: (server: Answering) => Promise<void>): Promise<void> {
  const file = join(SCENARIOS, name, 'normalized-fixture.json')
  const recorded = JSON.parse(readFileSync(file, 'utf8')) as Recorded[]
  let url = ''
  await withServer(
    (response, got) => {
      const at = recorded.findIndex(
        ({ method, path }) => method.toUpperCase() === got.method && path === got.url,
      )
      // In the order of the recording: each answer once.
      const [found] = at < 0 ? [] : recorded.splice(at, 1)
      if (found === undefined) return json(response, 404, { message: `not recorded: ${got.url}` })
      const headers = Object.entries(found.headers)
        .filter(([header]) => !OF_TRANSPORT.has(header.toLowerCase()))
        .map(([header, value]) => [header, String(value).replaceAll('https://api.github.com', url)])
      return json(response, found.status, found.response, Object.fromEntries(headers))
    },
    async (server) => {
      url = server.url
      await use(server)
    },
  )
}

describe('recordings of the real GitHub', () => {
  const params = { owner: 'octokit-fixture-org', repo: 'rename-repository' }

  it('a renamed repository is read by its new name', () =>
    replayed('rename-repository', async (server) => {
      const found = await clientAt(server.url, 't').get('/repos/{owner}/{repo}', { params })
      expect(found).to.include({ kind: 'done', movedTo: `${server.url}/repositories/1000` })
      expect(found).to.have.nested.property('data.name', 'rename-repository-newname')
    }))

  it('an edit under the old name is refused with 307, and nothing is sent after it', () =>
    replayed('rename-repository', async (server) => {
      const client = clientAt(server.url, 't')
      const rename = () =>
        client.write('patch', '/repos/{owner}/{repo}', {
          params,
          body: { name: 'rename-repository-newname' },
        })
      expect(await rename()).to.include({ kind: 'done', status: 200 })
      expect(await rename()).to.include({ kind: 'refused', why: 'moved', status: 307 })
      expect(server.got).to.have.length(2)
    }))

  it('all pages of a list are read by the links of the answers, below another address', () =>
    replayed('paginate-issues', async (server) => {
      const client = clientAt(server.url, 't')
      let page: Outcome<unknown> = await client.get('/repos/{owner}/{repo}/issues', {
        params: { owner: 'octokit-fixture-org', repo: 'paginate-issues' },
        query: { per_page: 3 },
      })
      const numbers: number[] = []
      for (;;) {
        if (page.kind !== 'done' || !Array.isArray(page.data)) throw new Error(JSON.stringify(page))
        numbers.push(...page.data.flatMap((one) => issueFacts(one)?.number ?? []))
        if (page.next === null) break
        expect(page.next).to.contain('/repositories/1000/issues')
        page = await client.follow(page.next)
      }
      expect(numbers).to.have.length(13)
      expect(new Set(numbers).size).to.equal(13)
      expect(server.got.every(({ headers }) => headers.authorization === 'Bearer t')).to.equal(true)
    }))
})
