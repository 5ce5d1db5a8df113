/**
 * Records screens of a real CLI: `sandbox.sh tsx scripts/lab/record.ts TYPE [--only NAME,…] [--size 80x24] [--into DIR]`
 * into spec/fixtures/screens/TYPE/VERSION-CASE-COLSxROWS/{screen.txt,meta.json}. `--fresh`: the cases that measure the
 * rules, into spec/fixtures/fresh-screens/{open,held}.
 */
import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
import { CASES } from './cases.js'
import { recordCase } from './driver.js'
import { FRESH_CASES, isHeld } from './fresh-cases.js'
import { labProgram, type LabType } from './home.js'

const args = process.argv.slice(2)
const option = (name: string) => {
  const at = args.indexOf(`--${name}`)
  return at === -1 ? undefined : args[at + 1]
}

const type = args[0] as LabType
const install = option('install')
const sizes = (option('size') ?? '80x24,200x50,40x20').split(',')
const ODD = ['60x15', '132x43', '100x30']
const only = option('only')?.split(',')
const sweep = option('sweep')?.split(',')
const fresh = args.includes('--fresh')
const fixtures = path.join(import.meta.dirname, '..', '..', 'spec', 'fixtures')
const into = (name: string) =>
  option('into') ??
  (fresh
    ? path.join(fixtures, 'fresh-screens', isHeld(name) ? 'held' : 'open')
    : path.join(fixtures, 'screens'))
const env = { PATH: `${path.dirname(process.execPath)}:/usr/bin:/bin`, HOME: '/nonexistent' }
const { stdout } = await promisify(execFile)(labProgram(type, install), ['--version'], { env })
const version = /\d+\.\d+\.\d+/.exec(stdout)?.[0] ?? 'unknown'

const wanted = (fresh ? FRESH_CASES : CASES).filter(
  (one) => (one.types ?? [type]).includes(type) && (only === undefined || only.includes(one.name)),
)
const record = async (one: (typeof wanted)[number], size: string) => {
  const [cols = 80, rows = 24] = size.split('x').map(Number)
  await recordCase(one, {
    type,
    version,
    cols,
    rows,
    into: into(one.name),
    ...(install === undefined ? {} : { install }),
    ...(sweep === undefined ? {} : { sweep }),
  })
}
// A heavy CLI three times at once is too slow for the moments that the cases count on.
const width = args.includes('--serial') ? 1 : type === 'opencode' ? (fresh ? 2 : 1) : sizes.length + 1
for (const [i, one] of wanted.entries()) {
  const odd = fresh && option('size') === undefined ? [ODD[i % ODD.length] ?? '60x15'] : []
  const rest = [...sizes, ...odd]
  while (rest.length > 0) await Promise.all(rest.splice(0, width).map((size) => record(one, size)))
  process.stderr.write(`${type} ${one.name}\n`)
}
process.exit(0)
