/** The built program in a directory of its own, in which a daemon with another part can stand. */
import { build, type Plugin } from 'esbuild'
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const ROOT = resolve(import.meta.dirname, '../..')

/** All of the package but `dist`; gone with this process. */
export function packageOfLinks(name: string): string {
  const dir = mkdtempSync(join(tmpdir(), `orc-${name}-`))
  process.once('exit', () => rmSync(dir, { recursive: true, force: true }))
  for (const part of ['package.json', 'lib', 'layouts', 'workflows', 'config', 'node_modules'])
    symlinkSync(join(ROOT, part), join(dir, part))
  return dir
}

/** @param entry below the root of the sources */
export async function bundleDaemon(
  entry: string,
  outfile: string,
  plugins: readonly Plugin[] = [],
): Promise<void> {
  await build({
    entryPoints: [join(ROOT, entry)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    external: ['ssh2', 'libsql', 'blessed', 'yargs', 'node:sqlite'],
    define: { 'import.meta.url': '__importMetaUrl' },
    banner: { js: "const __importMetaUrl=require('node:url').pathToFileURL(__filename).href;" },
    logLevel: 'error',
    plugins: [...plugins],
  })
}
