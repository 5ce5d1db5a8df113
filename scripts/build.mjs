/**
 * Bundles the program into dist/: one small file for the verbs that must start fast, the rest loaded when needed.
 * Packages with native code, or that read their own files, stay outside and are ordinary dependencies.
 */
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { BUNDLE_NAMES, LAUNCHER_NAMES, makeBundle, makeLauncher } from './make-bundle.mjs'

// Each file is replaced in one step: a program of the last build that starts just now finds it whole.
async function write(name, text) {
  const file = `dist/${name}.cjs`
  await writeFile(`${file}.new`, text, { mode: 0o755 })
  await rename(`${file}.new`, file)
}

await mkdir('dist', { recursive: true })
await Promise.all([
  ...LAUNCHER_NAMES.map(async (name) => write(name, await makeLauncher(name))),
  ...BUNDLE_NAMES.map(async (name) => write(name, await makeBundle(name))),
])
