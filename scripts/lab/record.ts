/**
 * Records screens of a real CLI: `sandbox.sh tsx scripts/lab/record.ts TYPE [--only NAME,…] [--size 80x24] [--into DIR]`
 * into spec/fixtures/screens/TYPE/VERSION-CASE-COLSxROWS/{screen.txt,meta.json}.
 */
import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
import { CASES } from './cases.js'
import { recordCase } from './driver.js'
import { labProgram, type LabType } from './home.js'

const args = process.argv.slice(2)
const option = (name: string) => {
  const at = args.indexOf(`--${name}`)
  return at === -1 ? undefined : args[at + 1]
}

const type = args[0] as LabType
const install = option('install')
const sizes = (option('size') ?? '80x24,200x50,40x20').split(',')
const only = option('only')?.split(',')
const into = option('into') ?? path.join(import.meta.dirname, '..', '..', 'spec', 'fixtures', 'screens')
const env = { PATH: `${path.dirname(process.execPath)}:/usr/bin:/bin`, HOME: '/nonexistent' }
const { stdout } = await promisify(execFile)(labProgram(type, install), ['--version'], { env })
const version = /\d+\.\d+\.\d+/.exec(stdout)?.[0] ?? 'unknown'

const wanted = CASES.filter(
  (one) => (one.types ?? [type]).includes(type) && (only === undefined || only.includes(one.name)),
)
const record = async (one: (typeof wanted)[number], size: string) => {
  const [cols = 80, rows = 24] = size.split('x').map(Number)
  await recordCase(one, { type, version, cols, rows, into, ...(install === undefined ? {} : { install }) })
}
// A heavy CLI three times at once is too slow for the moments that the cases count on.
const serial = args.includes('--serial') || type === 'opencode'
for (const one of wanted) {
  if (serial) for (const size of sizes) await record(one, size)
  else await Promise.all(sizes.map((size) => record(one, size)))
  process.stderr.write(`${type} ${one.name}\n`)
}
process.exit(0)
