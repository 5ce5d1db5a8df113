/** The built program, with a daemon whose store is durable later than it takes (`open-delayed-store.ts`). */
import { build } from 'esbuild'
import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { builtProgram } from './orchestra.js'

const ROOT = resolve(import.meta.dirname, '../..')
let made: Promise<string> | undefined

export function delayedProgram(): Promise<string> {
  return (made ??= (async () => {
    const dir = mkdtempSync(join(tmpdir(), 'orc-delayed-'))
    process.once('exit', () => rmSync(dir, { recursive: true, force: true }))
    for (const name of ['package.json', 'lib', 'layouts', 'workflows', 'config', 'node_modules'])
      symlinkSync(join(ROOT, name), join(dir, name))
    cpSync(dirname(builtProgram()), join(dir, 'dist'), { recursive: true })
    await build({
      entryPoints: [join(ROOT, 'lib/daemon/main.ts')],
      outfile: join(dir, 'dist/daemon.cjs'),
      bundle: true,
      platform: 'node',
      format: 'cjs',
      external: ['ssh2', 'libsql', 'blessed', 'yargs', 'node:sqlite'],
      define: { 'import.meta.url': '__importMetaUrl' },
      banner: { js: "const __importMetaUrl=require('node:url').pathToFileURL(__filename).href;" },
      logLevel: 'error',
      plugins: [
        {
          name: 'delayed store',
          setup: (bundler) =>
            bundler.onResolve({ filter: /store\/open-store\.js$/ }, ({ importer }) =>
              importer.endsWith(join('daemon', 'main.ts'))
                ? { path: join(ROOT, 'spec/support/open-delayed-store.ts') }
                : undefined,
            ),
        },
      ],
    })
    return join(dir, 'dist/orchestra.cjs')
  })())
}
