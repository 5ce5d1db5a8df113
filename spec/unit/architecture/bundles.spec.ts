/** What is in each bundle of the built program: a file that moves must not carry a package into the start of another one. */
import { expect } from 'chai'
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { VERBS } from '../../../lib/cli/verbs.js'

interface Manifest {
  readonly BUNDLES: Readonly<
    Record<string, { readonly entries: readonly string[]; readonly hotVerbs?: readonly string[] }>
  >
}
interface Maker {
  readonly makeBundle: (name: string) => Promise<string>
  readonly compare: (wanted: readonly string[], found: readonly string[]) => string | null
  readonly modulesIn: (metafile: unknown) => readonly string[]
  readonly tooLong: (mostKb: number, bytes: number) => string | null
}

const ROOT = resolve(import.meta.dirname, '..', '..', '..')
const script = async <T>(name: string) => (await import(pathToFileURL(join(ROOT, 'scripts', name)).href)) as T

describe('the bundles', () => {
  let manifest: Manifest
  let maker: Maker
  before(async () => {
    manifest = await script('bundles.mjs')
    maker = await script('make-bundle.mjs')
  })

  it('hold exactly the packages of the manifest', async () => {
    await Promise.all(Object.keys(manifest.BUNDLES).map((name) => maker.makeBundle(name)))
  }).timeout(30_000)

  it('are refused with a package more or less', () => {
    expect(maker.compare(['pino'], ['pino', 'zod'])).to.match(/^zod came into this bundle/)
    expect(maker.compare(['pino', 'zod'], ['pino'])).to.match(/^zod is not in this bundle any more/)
    expect(maker.compare(['pino'], ['pino'])).to.equal(null)
  })

  it('of a start are refused with a module of Node or a kilobyte more', () => {
    const metafile = {
      inputs: {
        'lib/a.ts': {
          imports: [
            { path: 'node:readline', external: true },
            { path: 'libsql', external: true },
          ],
        },
        'lib/b.ts': { imports: [{ path: 'lib/a.ts' }, { path: 'fs', external: true }] },
        'lazy:node:net': { imports: [{ path: 'node:net', external: true }] },
      },
      outputs: { 'cli.cjs': { inputs: { 'lib/a.ts': {}, 'lib/b.ts': {}, 'lazy:node:net': {} } } },
    }
    expect(maker.modulesIn(metafile)).to.have.members(['fs', 'readline'])
    expect(maker.tooLong(100, 100_000)).to.equal(null)
    expect(maker.tooLong(100, 100_001)).to.match(/^it has 101 KB, and 100 are allowed/)
  })

  it('begin with files that are there, each in one bundle', () => {
    const entries = Object.values(manifest.BUNDLES).flatMap((bundle) => bundle.entries)
    expect(entries.filter((entry) => !existsSync(join(ROOT, entry)))).to.deep.equal([])
    expect(new Set(entries).size).to.equal(entries.length)
  })

  it('keep the compiled form of verbs that there are', () => {
    const hot = manifest.BUNDLES['cli']?.hotVerbs ?? []
    expect(hot.filter((name) => !VERBS.has(name))).to.deep.equal([])
  })

  it('hold nothing for verbs that must start fast that folds a run', async () => {
    const cli = await maker.makeBundle('cli')
    expect(cli.match(/lib\/core\/(?:run\/fold|phases\/schedule)[^"']*/)?.[0]).to.equal(undefined)
  }).timeout(30_000)
})
