/**
 * Bundles the program into dist/: one small file for the verbs that must start fast, the rest loaded when needed.
 * Packages with native code, or that read their own files, stay outside and are ordinary dependencies.
 */
import { build } from 'esbuild'
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'

const {
  version: released,
  dependencies,
  optionalDependencies,
} = JSON.parse(await readFile('package.json', 'utf8'))
const version = `${released}${buildOf(import.meta.dirname)}`
// What is bundled is a dependency of development only: nobody who installs the program needs it again.
const external = Object.keys({ ...dependencies, ...optionalDependencies })
/** Loaded at the first use: an orchestra of this machine alone never connects, and a start has its order. */
const LAZY = /^(ssh2|node:crypto|node:http|node:net|node:fs\/promises)$/

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

/** Verbs that must answer at once: each keeps the compiled form of just what it runs. */
const HOT_VERBS = [
  'status',
  'up',
  'down',
  'run',
  'send',
  'wait',
  'agents',
  'tasks',
  'machines',
  'events',
  'logs',
]

/** The program is started by way of its compiled form (lib/home/run-bundle.ts). */
const ENTRIES = {
  cli: `import { checkNode } from './lib/home/check-node.js'
    import { runBundle } from './lib/home/run-bundle.js'
    const old = checkNode(process.versions.node)
    if (old !== null) {
      process.stderr.write(old)
      process.exit(2)
    }
    const verb = process.argv[2]
    const key = ${JSON.stringify(HOT_VERBS)}.includes(verb) ? verb : null
    runBundle(__dirname + '/cli.cjs', { key, require, whenWarm: (keep) => process.once('exit', keep) })`,
  // What reads that which people write, with the packages that this takes: only where something is read.
  input: `import { runBundle } from './lib/home/run-bundle.js'
    const whenWarm = (keep) => process.once('exit', keep)
    module.exports = runBundle(__dirname + '/input-main.cjs', { key: 'input', require, whenWarm })`,
  'input-main': `export { loadLayout } from './lib/config/load-layout.js'
    export { parseRules } from './lib/config/parse-rules.js'
    export { requestSchemas } from './lib/api/schemas.js'`,
  daemon: `import { runBundle } from './lib/home/run-bundle.js'
    runBundle(__dirname + '/daemon-main.cjs', { key: 'daemon', require, whenWarm: (keep) => setTimeout(keep, 3000).unref() })`,
}

/** `import('../daemon/main.js')` becomes a require of the sibling bundle. */
const SIBLINGS = {
  rare: './rare.cjs',
  'daemon/main': './daemon.cjs',
  'tui/main': './monitor.cjs',
  'run-notifier': './run-notifier.cjs',
  'load-layout': './input.cjs',
  'parse-rules': './input.cjs',
  schemas: './input.cjs',
}
const siblings = {
  name: 'siblings',
  setup(b) {
    const filter = new RegExp(`/(${Object.keys(SIBLINGS).join('|')})\\.js$`)
    b.onResolve({ filter }, ({ kind, path }) =>
      kind === 'dynamic-import' ? { path: SIBLINGS[filter.exec(path)[1]], external: true } : undefined,
    )
  },
}

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
  plugins: [siblings, lazyPackages],
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

// Each file is replaced in one step: a program of the last build that starts just now finds it whole.
async function bundle(entry, outfile, shebang = '') {
  const contents = ENTRIES[entry]
  const isRun = /(cli|daemon-main|input-main)\.cjs$/.test(outfile)
  const { outputFiles } = await build({
    ...common,
    // What runs from its compiled form cannot import(); everything that it names is CommonJS.
    ...(isRun ? { supported: { 'dynamic-import': false } } : {}),
    ...(contents === undefined ? { entryPoints: [entry] } : { stdin: { contents, resolveDir: '.' } }),
    outfile,
    banner: { js: contents === undefined ? metaUrl : shebang },
    write: false,
  })
  await writeFile(`${outfile}.new`, inAscii(outputFiles[0].text), { mode: 0o755 })
  await rename(`${outfile}.new`, outfile)
}

await mkdir('dist', { recursive: true })
await Promise.all([
  bundle('cli', 'dist/orchestra.cjs', '#!/usr/bin/env node'),
  bundle('lib/cli/main.ts', 'dist/cli.cjs'),
  bundle('lib/cli/rare.ts', 'dist/rare.cjs'),
  bundle('daemon', 'dist/daemon.cjs'),
  bundle('lib/daemon/main.ts', 'dist/daemon-main.cjs'),
  bundle('input', 'dist/input.cjs'),
  bundle('input-main', 'dist/input-main.cjs'),
  bundle('lib/tui/main.ts', 'dist/monitor.cjs'),
  bundle('lib/daemon/notify/run-notifier.ts', 'dist/run-notifier.cjs'),
])
