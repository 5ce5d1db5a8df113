import { expect } from 'chai'
import { chmodSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runBundle } from '../../../lib/home/run-bundle.js'

describe('runBundle', () => {
  // Within one process V8 would find what it compiled before, and look at no form.
  before(() => setFlagsFromString('--no-compilation-cache'))
  after(() => setFlagsFromString('--compilation-cache'))

  let dir: string
  let bundle: string
  const cache = () => join(dir, 'cache')
  const forms = () => readdirSync(cache()).filter((name) => name.endsWith('.v8'))

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'orc-bundle-'))
    bundle = join(dir, 'bundle.cjs')
    writeFileSync(
      bundle,
      "module.exports.ran = require('node:path').basename(__filename);globalThis.__ran = module.exports",
    )
  })
  afterEach(() => {
    rmSync(dir, { recursive: true })
    delete (globalThis as Record<string, unknown>)['__ran']
  })

  /** Whether it was compiled from the source. */
  function run(): boolean {
    let compiled = false
    runBundle(bundle, {
      key: 'x',
      require: createRequire(bundle),
      env: { ORCHESTRA_HOME: dir },
      whenWarm: (keep) => {
        compiled = true
        keep()
      },
    })
    expect((globalThis as Record<string, unknown>)['__ran']).to.deep.equal({ ran: 'bundle.cjs' })
    return compiled
  }

  it('compiles once, and runs from the compiled form afterwards', () => {
    expect([run(), run(), run()]).to.deep.equal([true, false, false])
    expect(statSync(cache()).mode & 0o777).to.equal(0o700)
    expect(statSync(join(cache(), forms()[0] ?? '')).mode & 0o777).to.equal(0o600)
  })

  it('compiles again when the bundle is another one', () => {
    run()
    writeFileSync(bundle, `${readFileSync(bundle, 'utf8')}\n// longer`)
    expect(run()).to.equal(true)
    expect(run()).to.equal(false)
  })

  it('does not take a form that is damaged, cut off, or that others can write', () => {
    run()
    const form = join(cache(), forms()[0] ?? '')
    const whole = readFileSync(form)
    for (const bad of [Buffer.alloc(0), Buffer.from('nonsense'), whole.subarray(0, whole.length >> 1)]) {
      writeFileSync(form, bad)
      expect(run(), `${bad.length} bytes`).to.equal(true)
    }
    chmodSync(form, 0o666)
    expect(run()).to.equal(true)
    expect(run()).to.equal(false)
  })

  it('keeps a few forms only', () => {
    for (let i = 0; i < 7; i++) {
      writeFileSync(bundle, `${readFileSync(bundle, 'utf8')}\n// ${i}`)
      run()
    }
    expect(forms()).to.have.length(4)
  })

  it('runs where nothing can be kept', () => {
    writeFileSync(cache(), 'no directory')
    expect([run(), run()]).to.deep.equal([true, true])
  })
})
