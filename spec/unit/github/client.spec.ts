import { expect } from 'chai'
import { GithubClient } from '../../../lib/github/client.js'
import type { Pace } from '../../../lib/github/pace.js'
import { json, withServer, type Answer, type Answering } from '../../support/github/answering.js'
import { QUICK } from '../../support/github/quick-pace.js'

const WHERE = { owner: 'o', repo: 'r' }
const ISSUES = '/repos/{owner}/{repo}/issues'

function clientOf(server: Pick<Answering, 'url'>, pace: Partial<Pace> = {}): GithubClient {
  return new GithubClient({
    api: server.url,
    token: () => Promise.resolve('secret-token'),
    pace: { ...QUICK, ...pace },
    now: Date.now,
    userAgent: 'spec',
  })
}

/** One creation against that answer. */
async function create(answer: Answer, pace: Partial<Pace> = {}) {
  let found: { outcome: unknown; requests: number } | undefined
  await withServer(answer, async (server) => {
    const outcome = await clientOf(server, pace).write('post', ISSUES, {
      params: WHERE,
      body: { title: 'T' },
    })
    found = { outcome, requests: server.got.length }
  })
  return found!
}

describe('the client of GitHub', () => {
  it('says who it is, which version it speaks and what it holds, and reads the next page', () =>
    withServer(
      (response) =>
        json(response, 200, [{ number: 1 }], {
          etag: '"e1"',
          link: `<http://127.0.0.1:1/last>; rel="last", <http://127.0.0.1:1/next>; rel="next"`,
          date: 'Sat, 28 Nov 2026 00:00:00 GMT',
          'x-ratelimit-limit': '5000',
          'x-ratelimit-remaining': '4999',
          'x-ratelimit-reset': '1795824060',
        }),
      async (server) => {
        const client = clientOf(server)
        const query = { state: 'all', per_page: 100 } as const
        const outcome = await client.get(ISSUES, { params: WHERE, query, etag: '"e0"' })
        expect(outcome).to.deep.include({
          kind: 'done',
          etag: '"e1"',
          next: 'http://127.0.0.1:1/next',
          at: Date.UTC(2026, 10, 28),
        })
        expect(server.got[0]).to.deep.include({ url: '/repos/o/r/issues?state=all&per_page=100' })
        expect(server.got[0]?.headers).to.include({
          authorization: 'Bearer secret-token',
          'if-none-match': '"e0"',
          'user-agent': 'spec',
          'x-github-api-version': '2022-11-28',
        })
        expect(client.budget).to.deep.include({ limit: 5000, remaining: 4999, notBefore: null })
        expect(await client.follow('http://127.0.0.1:1/next')).to.include({ kind: 'refused', why: 'other' })
        expect(server.got).to.have.length(1)
      },
    ))

  const lost: Readonly<Record<string, Answer>> = {
    'drops the connection': (response) => response.socket?.destroy(),
    'answers 502': (response) => json(response, 502, { message: 'bad gateway' }),
    'answers 500': (response) => json(response, 500, undefined),
    'sends half a body': (response) => {
      response.writeHead(201, { 'content-type': 'application/json', 'content-length': '100' })
      response.write('{"number": 1')
      setTimeout(() => response.socket?.destroy(), 5)
    },
    'sends a body that is cut and says that it is whole': (response) => {
      response.writeHead(201, { 'content-type': 'application/json' })
      response.end('{"number": 1')
    },
    'does not answer': () => undefined,
  }
  for (const [what, answer] of Object.entries(lost)) {
    it(`sends a creation once and says that it does not know when GitHub ${what}`, async () => {
      const { outcome, requests } = await create(answer, { requestMs: 150 })
      expect(outcome).to.include({ kind: 'unknown', wasSent: true })
      expect(requests).to.equal(1)
    })
  }

  it('knows that nothing was sent where nobody listens', async () => {
    let url = ''
    await withServer(
      () => undefined,
      (server) => Promise.resolve(void (url = server.url)),
    )
    const outcome = await clientOf({ url }).write('post', ISSUES, {
      params: WHERE,
      body: { title: 'T' },
    })
    expect(outcome).to.include({ kind: 'unknown', wasSent: false })
  })

  it('makes no GET of a creation that is redirected', async () => {
    for (const status of [301, 302, 307, 308]) {
      const { outcome, requests } = await create((response) =>
        json(response, status, { message: 'Moved' }, { location: '/repositories/7/issues' }),
      )
      expect(outcome).to.include({ kind: 'refused', why: 'moved', location: '/repositories/7/issues' })
      expect(requests).to.equal(1)
    }
  })

  it('follows a GET to the new name, and never to another host', () =>
    withServer(
      (response, { url }) =>
        url.startsWith('/repos/o/')
          ? json(response, 301, {}, { location: '/repositories/7' })
          : url === '/repos/x/r'
            ? json(response, 301, {}, { location: 'http://127.0.0.1:9/steal' })
            : json(response, 200, { id: 7, url }),
      async (server) => {
        const client = clientOf(server)
        const moved = await client.get('/repos/{owner}/{repo}', { params: WHERE })
        expect(moved).to.include({ kind: 'done', movedTo: `${server.url}/repositories/7` })
        const stolen = await client.get('/repos/{owner}/{repo}', { params: { owner: 'x', repo: 'r' } })
        expect(stolen).to.include({ kind: 'refused', why: 'moved' })
      },
    ))

  it('reads a list again whose answer was lost', async () => {
    let count = 0
    await withServer(
      (response) => (++count < 3 ? void response.socket?.destroy() : json(response, 200, [])),
      async (server) => {
        expect(await clientOf(server).get(ISSUES, { params: WHERE })).to.include({ kind: 'done' })
        expect(server.got).to.have.length(3)
      },
    )
  })

  const limits: Readonly<Record<string, [number, Record<string, string>, unknown, number, string]>> = {
    'retry-after': [403, { 'retry-after': '30' }, {}, 30_000, 'secondary'],
    '429 with retry-after': [429, { 'retry-after': '30' }, {}, 30_000, 'secondary'],
    'a reset by their clock': [
      403,
      {
        'x-ratelimit-limit': '5000',
        'x-ratelimit-remaining': '0',
        'x-ratelimit-reset': '1000000090',
        date: new Date(1_000_000_000_000).toUTCString(),
      },
      {},
      91_000,
      'primary',
    ],
    'nothing but the page of secondary limits': [
      403,
      {},
      { documentation_url: 'https://docs.github.com/rest/overview/rate-limits-for-the-rest-api#about' },
      60_000,
      'secondary',
    ],
    '429 and nothing': [429, {}, {}, 60_000, 'secondary'],
  }
  for (const [what, [status, headers, body, wait, which]] of Object.entries(limits)) {
    it(`sends nothing more until ${what} is over`, () =>
      withServer(
        (response) => json(response, status, body, headers),
        async (server) => {
          let now = 5_000_000
          const client = new GithubClient({
            api: server.url,
            token: () => Promise.resolve('t'),
            pace: { ...QUICK, limitedMs: 60_000, maxLimitedMs: 3_600_000 },
            now: () => now,
            userAgent: 'spec',
          })
          const limited = { kind: 'limited', until: 5_000_000 + wait, which }
          const send = () => client.write('post', ISSUES, { params: WHERE, body: { title: 'T' } })
          expect(await send()).to.deep.equal(limited)
          now += wait - 1
          expect(await send()).to.deep.equal(limited)
          expect(await client.get(ISSUES, { params: WHERE })).to.deep.equal(limited)
          expect(server.got).to.have.length(1)
          now += 1
          await send()
          expect(server.got).to.have.length(2)
        },
      ))
  }

  it('waits twice as long with each refusal that names no time', () =>
    withServer(
      (response) => json(response, 429, {}),
      async (server) => {
        let now = 0
        const pace = { ...QUICK, limitedMs: 60_000, maxLimitedMs: 200_000 }
        const token = () => Promise.resolve('t')
        const client = new GithubClient({ api: server.url, token, pace, now: () => now, userAgent: 's' })
        const waits: number[] = []
        for (let i = 0; i < 4; i += 1) {
          const outcome = await client.get(ISSUES, { params: WHERE })
          if (outcome.kind !== 'limited') throw new Error(outcome.kind)
          waits.push(outcome.until - now)
          now = outcome.until
        }
        expect(waits).to.deep.equal([60_000, 120_000, 200_000, 200_000])
      },
    ))

  it('tells refusals apart, with the permission that is missing', async () => {
    const refusals: [number, object, object, object][] = [
      [401, {}, {}, { why: 'token' }],
      [
        403,
        {},
        { 'x-accepted-github-permissions': 'issues=write' },
        { why: 'forbidden', needs: 'issues=write' },
      ],
      [404, {}, {}, { why: 'missing' }],
      [410, {}, {}, { why: 'gone' }],
      [
        422,
        { message: 'no', errors: [{ resource: 'Issue', field: 'title', code: 'missing' }] },
        {},
        { why: 'invalid', message: 'no; Issue title missing' },
      ],
      [422, { errors: [{ code: 'already_exists' }] }, {}, { why: 'exists' }],
    ]
    for (const [status, body, headers, wanted] of refusals) {
      const { outcome, requests } = await create((response) => json(response, status, body, headers))
      expect(outcome).to.include({ kind: 'refused', status, ...wanted })
      expect(requests).to.equal(1)
    }
  })

  it('sends one request at a time, and writes apart from each other', async () => {
    let open = 0
    let most = 0
    const at: number[] = []
    await withServer(
      (response, { method }) => {
        most = Math.max(most, ++open)
        if (method === 'POST') at.push(Date.now())
        setTimeout(() => {
          open -= 1
          json(response, method === 'POST' ? 201 : 200, {})
        }, 10)
      },
      async (server) => {
        const client = clientOf(server, { betweenWritesMs: 60 })
        const post = () => client.write('post', ISSUES, { params: WHERE, body: { title: 'T' } })
        const get = () => client.get(ISSUES, { params: WHERE })
        await Promise.all([post(), get(), post(), get(), post(), get()])
      },
    )
    expect(most).to.equal(1)
    const apart = at.slice(1).map((time, i) => time - at[i]!)
    for (const ms of apart) expect(ms).to.be.at.least(60)
  })

  it("takes a job's log from the link's host without the token, and no more of it than asked for", () =>
    withServer(
      (response) => {
        response.writeHead(200)
        const write = (): void => {
          while (response.write('x'.repeat(65_536)));
          response.once('drain', write)
        }
        write()
      },
      (elsewhere) =>
        withServer(
          (response) => json(response, 302, undefined, { location: `${elsewhere.url}/log` }),
          async (server) => {
            const outcome = await clientOf(server).log({ ...WHERE, job_id: 3 }, 2_000_000)
            if (outcome.kind !== 'done') throw new Error(JSON.stringify(outcome))
            expect(outcome.data.length).to.equal(2_000_000)
            expect(elsewhere.got[0]?.headers).not.to.have.property('authorization')
          },
        ),
    ))

  it('is held to the description by the compiler', () => {
    const client = clientOf({ url: 'http://127.0.0.1:9' })
    // @ts-expect-error There is no such path.
    const typo = () => client.get('/repos/{owner}/{repo}/isues', { params: WHERE })
    const key = () =>
      // @ts-expect-error It takes labels.
      client.write('post', ISSUES, { params: WHERE, body: { title: 'T', lables: ['a'] } })
    // @ts-expect-error Its parameters are owner and repo.
    const param = () => client.get(ISSUES, { params: { owner: 'o' } })
    expect([typo, key, param]).to.have.length(3)
  })
})
