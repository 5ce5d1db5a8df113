/**
 * Bundles the program into dist/: one small file for the verbs that must start fast, the rest loaded when needed.
 * Packages with native code, or that read their own files, stay outside and are ordinary dependencies.
 */
import { build } from 'esbuild'
import { chmod, readFile, rm } from 'node:fs/promises'

const { version, dependencies, optionalDependencies } = JSON.parse(await readFile('package.json', 'utf8'))
const BUNDLED = new Set(['yaml', 'zod', 'execa', 'string-width'])
const external = Object.keys({ ...dependencies, ...optionalDependencies }).filter((name) => !BUNDLED.has(name))

/** `import('../daemon/main.js')` becomes a require of the sibling bundle. */
const siblings = {
  name: 'siblings',
  setup(b) {
    b.onResolve({ filter: /\/(rare|daemon\/main|tui\/main)\.js$/ }, (args) => {
      if (args.kind !== 'dynamic-import') return undefined
      const file = { rare: './rare.cjs', 'daemon/main': './daemon.cjs', 'tui/main': './monitor.cjs' }
      const key = Object.keys(file).find((k) => args.path.endsWith(`${k}.js`))
      return { path: file[key], external: true }
    })
  },
}

const common = {
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  format: 'cjs',
  external: [...external, 'node:sqlite'],
  plugins: [siblings],
  legalComments: 'none',
  minifySyntax: true,
  minifyWhitespace: true,
  keepNames: false,
  define: { 'import.meta.url': '__importMetaUrl', 'process.env.ORCHESTRA_VERSION': JSON.stringify(version) },
  logLevel: 'warning',
}
const metaUrl = "const __importMetaUrl=require('node:url').pathToFileURL(__filename).href;"

await rm('dist', { recursive: true, force: true })
const bundle = (entry, outfile, shebang = '') =>
  build({ ...common, entryPoints: [entry], outfile, banner: { js: `${shebang}${metaUrl}` } })
await Promise.all([
  bundle('lib/cli/main.ts', 'dist/orchestra.cjs', '#!/usr/bin/env node\n'),
  bundle('lib/cli/rare.ts', 'dist/rare.cjs'),
  bundle('lib/daemon/main.ts', 'dist/daemon.cjs'),
  bundle('lib/tui/main.ts', 'dist/monitor.cjs'),
])
await chmod('dist/orchestra.cjs', 0o755)
