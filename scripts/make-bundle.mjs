/** Makes one bundle of the program, in memory, and holds it to the manifest in `bundles.mjs`. */
import { build } from 'esbuild'
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { builtinModules, createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { BUNDLES } from './bundles.mjs'

const ROOT = resolve(import.meta.dirname, '..')

const {
  version: released,
  dependencies,
  optionalDependencies,
} = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'))
const version = `${released}${buildOf(import.meta.dirname)}`
// What is bundled is a dependency of development only: nobody who installs the program needs it again.
const external = Object.keys({ ...dependencies, ...optionalDependencies })
/** Loaded at the first use: an orchestra of this machine alone never connects, and a start has its order. */
const LAZY = /^(ssh2|node:(?:child_process|crypto|dns\/promises|fs\/promises|http|net|readline|zlib))$/

/**
 * `+g<commit>` of the sources, with a digest of what is changed in them: two builds that differ have different names.
 * Nothing where there is no git, as in an unpacked archive, unless ORCHESTRA_COMMIT names the commit.
 */
function buildOf(scripts) {
  const named = process.env.ORCHESTRA_COMMIT
  if (named !== undefined && /^[0-9a-f]{7,40}$/.test(named)) return `+g${named.slice(0, 9)}`
  // A hook of git names another repository in the environment.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_')))
  const git = (...args) =>
    execFileSync('git', ['-C', `${scripts}/..`, ...args], { encoding: 'utf8', stdio: 'pipe', env })
  try {
    // Sources that only lie in somebody else's repository have none of its commits.
    if (git('ls-files', 'scripts/build.mjs') === '') return ''
    const commit = git('rev-parse', '--short=9', 'HEAD').trim()
    const changes =
      git('diff', 'HEAD', '--', 'lib', 'package-lock.json') + git('status', '--porcelain', '--', 'lib')
    const digest = createHash('sha256').update(changes).digest('hex').slice(0, 6)
    return `+g${commit}${changes === '' ? '' : `.${digest}`}`
  } catch {
    return ''
  }
}

/** The program is started by way of its compiled form (lib/home/run-bundle.ts). */
const LAUNCHERS = {
  orchestra: `import { checkNode } from './lib/home/check-node.js'
    import { runBundle } from './lib/home/run-bundle.js'
    const old = checkNode(process.versions.node)
    if (old !== null) {
      process.stderr.write(old)
      process.exit(2)
    }
    const verb = process.argv[2]
    const key = ${JSON.stringify(BUNDLES.cli.hotVerbs)}.includes(verb) ? verb : null
    runBundle(__dirname + '/cli.cjs', { key, require, whenWarm: (keep) => process.once('exit', keep) })`,
  input: `import { runBundle } from './lib/home/run-bundle.js'
    const whenWarm = (keep) => process.once('exit', keep)
    module.exports = runBundle(__dirname + '/input-main.cjs', { key: 'input', require, whenWarm })`,
  daemon: `import { runBundle } from './lib/home/run-bundle.js'
    runBundle(__dirname + '/daemon-main.cjs', { key: 'daemon', require, whenWarm: (keep) => setTimeout(keep, 3000).unref() })`,
}

export const LAUNCHER_NAMES = Object.keys(LAUNCHERS)
export const BUNDLE_NAMES = Object.keys(BUNDLES)

/** By the file that a bundle begins with: the bundle. */
const BUNDLE_OF = new Map(
  Object.entries(BUNDLES).flatMap(([name, { entries }]) => entries.map((entry) => [join(ROOT, entry), name])),
)

/** `import('../daemon/main.js')` becomes a require of the bundle that begins with that file. */
const otherBundles = (own) => ({
  name: 'other-bundles',
  setup(b) {
    b.onResolve({ filter: /^\..*\.js$/ }, ({ kind, path, resolveDir }) => {
      if (kind !== 'dynamic-import') return undefined
      const bundle = BUNDLE_OF.get(resolve(resolveDir, path).replace(/\.js$/, '.ts'))
      if (bundle === undefined || bundle === own) return undefined
      return { path: `./${BUNDLES[bundle].startedBy ?? bundle}.cjs`, external: true }
    })
  },
})

const lazyPackages = {
  name: 'lazy-packages',
  setup(b) {
    b.onResolve({ filter: LAZY }, ({ path, namespace }) =>
      namespace === 'lazy' ? { path, external: true } : { path, namespace: 'lazy' },
    )
    b.onLoad({ filter: LAZY, namespace: 'lazy' }, ({ path }) => ({
      contents: path.startsWith('node:') ? lazyFunctions(path) : lazyDefault(path),
    }))
  },
}

/** The log is one file, written in place: pino's workers, and Node's threads with them, are for other ways of logging. */
const withoutWorkers = {
  name: 'without-workers',
  setup(b) {
    const own = ({ importer, path }) =>
      importer.includes('/node_modules/pino/') ? { path, namespace: 'without-workers' } : undefined
    b.onResolve({ filter: /^(\.\/lib|\.)\/transport$/ }, own)
    b.onResolve({ filter: /^worker_threads$/ }, own)
    b.onLoad({ filter: /./, namespace: 'without-workers' }, ({ path }) => ({
      contents:
        path === 'worker_threads'
          ? 'exports.isMainThread = true'
          : "module.exports = () => { throw new Error('the log has no workers') }",
    }))
  },
}

function lazyDefault(path) {
  return `let real
    module.exports = new Proxy({}, { get: (_, name) => (real ??= require('${path}'))[name] })`
}

/** Of a module that is named by its functions alone; what is not called is left out by the bundler. */
function lazyFunctions(path) {
  const names = Object.entries(createRequire(import.meta.url)(path)).flatMap(([name, value]) =>
    typeof value === 'function' ? [name] : [],
  )
  return names
    .map((name) => `export const ${name} = (...args) => require('${path}').${name}(...args)\n`)
    .join('')
}

const common = {
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  format: 'cjs',
  external: [...external, 'node:sqlite'],
  legalComments: 'none',
  minifySyntax: true,
  minifyWhitespace: true,
  keepNames: false,
  define: { 'import.meta.url': '__importMetaUrl', 'process.env.ORCHESTRA_VERSION': JSON.stringify(version) },
  logLevel: 'warning',
}
const metaUrl = "const __importMetaUrl=require('node:url').pathToFileURL(__filename).href;"

// The bundler escapes everything but regular expressions, and what is not ASCII there would be read as Latin-1.
function inAscii(text) {
  return text.replace(/[^\x00-\x7f]/gu, (char) => {
    const code = char.codePointAt(0).toString(16)
    return code.length > 4 ? `\\u{${code}}` : `\\u${code.padStart(4, '0')}`
  })
}

/** One of `LAUNCHERS`: a few lines that run a bundle. */
export async function makeLauncher(name) {
  const { outputFiles } = await build({
    ...common,
    plugins: [lazyPackages],
    stdin: { contents: LAUNCHERS[name], resolveDir: ROOT },
    banner: { js: name === 'orchestra' ? '#!/usr/bin/env node' : '' },
    write: false,
  })
  return inAscii(outputFiles[0].text)
}

/** What the bundler makes and says of it. */
export async function bundle(name) {
  const { entries } = BUNDLES[name]
  await refuseDoubles(entries)
  const contents = entries.map((entry) => `export * from './${entry}'`).join('\n')
  return build({
    ...common,
    plugins: [otherBundles(name), lazyPackages, withoutWorkers],
    // What runs from its compiled form cannot import(), and import() sees no names in a bundle: all of them are required.
    supported: { 'dynamic-import': false },
    ...(entries.length === 1
      ? { entryPoints: [join(ROOT, entries[0])] }
      : { stdin: { contents, resolveDir: ROOT } }),
    banner: { js: metaUrl },
    write: false,
    metafile: true,
    absWorkingDir: ROOT,
  })
}

/** @returns the text of the bundle. @throws when it holds other than the manifest says, or more. */
export async function makeBundle(name) {
  const { packages, start } = BUNDLES[name]
  const { outputFiles, metafile } = await bundle(name)
  const text = inAscii(outputFiles[0].text)
  const problem =
    compare(packages, packagesIn(metafile)) ??
    (start === undefined
      ? null
      : (compare(start.modules, modulesIn(metafile)) ?? tooLong(start.mostKb, text.length)))
  if (problem !== null) throw new Error(`scripts/bundles.mjs, ${name}: ${problem}`)
  return text
}

/** Of two exports with one name the bundler would keep neither, without a word. */
async function refuseDoubles(entries) {
  const seen = new Map()
  for (const entry of entries) {
    const text = await readFile(join(ROOT, entry), 'utf8')
    for (const [, name] of text.matchAll(/^export (?:async )?(?:const|function|class) (\w+)/gm)) {
      if (seen.has(name))
        throw new Error(`scripts/bundles.mjs: ${name} is exported by ${seen.get(name)} and by ${entry}`)
      seen.set(name, entry)
    }
  }
}

/** The packages of which something is in the bundle. */
export function packagesIn({ outputs }) {
  const inputs = Object.values(outputs).flatMap((output) =>
    Object.entries(output.inputs).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [path] : [])),
  )
  const names = inputs.map(
    (path) => /node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules\/)/.exec(path)?.[1],
  )
  return [...new Set(names.filter((name) => name !== undefined))].toSorted()
}

/** Node's own that are loaded with the bundle, and not by the first use. */
export function modulesIn({ inputs, outputs }) {
  const files = Object.values(outputs).flatMap((output) => Object.keys(output.inputs))
  const paths = files
    .filter((file) => !file.startsWith('lazy:'))
    .flatMap((file) => (inputs[file]?.imports ?? []).filter(({ external }) => external))
    .map(({ path }) => path.replace(/^node:/, ''))
  return [...new Set(paths.filter((path) => builtinModules.includes(path)))]
}

/** @returns null: it is not. */
export function tooLong(mostKb, bytes) {
  if (bytes <= mostKb * 1000) return null
  return `it has ${Math.ceil(bytes / 1000)} KB, and ${mostKb} are allowed; load what a start does not need with import() from a file of another one (node scripts/weigh-bundle.mjs shows what weighs)`
}

/** @returns null: as the manifest says. */
export function compare(wanted, found) {
  const more = found.filter((name) => !wanted.includes(name))
  const less = wanted.filter((name) => !found.includes(name))
  if (more.length > 0)
    return `${more.join(', ')} came into this bundle; load it with import() from a file of another one`
  return less.length > 0 ? `${less.join(', ')} is not in this bundle any more; take it from the list` : null
}
