import { expect } from 'chai'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { exchange, type HttpAnswer } from '../../../lib/github/exchange.js'
import { filesBelow, LIB } from '../architecture/imports.js'
import { withServer, type Answer } from '../../support/github/answering.js'

const WHOLE = gzipSync('[{"number": 1}]')

function answered<T>(answer: Answer, use: (answer: HttpAnswer) => Promise<T>, method = 'GET'): Promise<T> {
  let found: Promise<T> | undefined
  return withServer(answer, async ({ url }) => {
    const signal = AbortSignal.timeout(5000)
    found = exchange({ url, method, headers: { authorization: 'Bearer t' }, signal }).then(use)
    await found.catch(() => undefined)
  }).then(() => found!)
}

const gzipped =
  (bytes: Buffer): Answer =>
  (response, { headers }) => {
    expect(headers['accept-encoding']).to.equal('gzip')
    response.writeHead(200, { 'content-encoding': 'gzip' })
    response.end(bytes)
  }

describe('one exchange with GitHub', () => {
  it('reads what is packed, and knows when half of it came', async () => {
    const whole = await answered(gzipped(WHOLE), (answer) => answer.bytes(1000))
    expect([String(whole.bytes), whole.isWhole]).to.deep.equal(['[{"number": 1}]', true])
    const half = await answered(gzipped(WHOLE.subarray(0, 20)), (answer) =>
      answer.bytes(1000).catch((error: unknown) => error),
    )
    expect(half).to.be.an('error')
  })

  it('counts bytes unpacked, and reads no more than it may', async () => {
    const bomb = gzipSync(Buffer.alloc(20_000_000))
    const { bytes, isWhole } = await answered(gzipped(bomb), (answer) => answer.bytes(1000))
    expect([bytes.length, isWhole]).to.deep.equal([1000, false])
  })

  it('follows no redirect, and knows headers in any case', async () => {
    const moved = await answered(
      (response) => response.writeHead(307, { Location: '/there', 'X-Two': ['a', 'b'] }).end(),
      (answer) => Promise.resolve(answer),
      'POST',
    )
    expect(moved.status).to.equal(307)
    expect(['LOCATION', 'x-two', 'none'].map((name) => moved.headers.get(name))).to.deep.equal([
      '/there',
      'a, b',
      null,
    ])
  })

  // Each of them loads undici, which a daemon that only polls pays with 18 MB.
  it('is made without fetch and what belongs to it', () => {
    const files = ['github', 'daemon/github', 'core/github'].flatMap((folder) =>
      filesBelow(join(LIB, folder)),
    )
    expect(files.length).to.be.above(50)
    const guilty = files.filter((file) =>
      /\bfetch\(|\bnew (Headers|Response|Request)\b/.test(readFileSync(file, 'utf8')),
    )
    expect(guilty).to.deep.equal([])
  })
})
