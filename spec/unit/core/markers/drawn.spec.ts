import { expect } from 'chai'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { findMarkers } from '../../../../lib/core/markers/find-markers.js'
import { markerStream } from '../../../../lib/core/markers/marker-stream.js'
import {
  MARKER_FORMS,
  STYLE_NAMES,
  styleNonce,
  type MarkerForm,
} from '../../../../scripts/lab/marker-styles.js'

const ROOT = join(import.meta.dirname, '../../../fixtures/markers')
const CLIS: Readonly<Record<string, readonly string[]>> = {
  claude: ['2.1.126', '2.1.332'],
  codex: ['0.125.0', '0.171.0'],
  gemini: ['0.61.0'],
  opencode: ['1.18.33'],
}
/** Draw the old form as the link for which Markdown takes it. */
const MANGLES = new Set(['claude', 'codex'])

/** What real CLIs drew when their model wrote markers (`scripts/lab/record-markers.ts`): a screen, and the bytes of it. */
describe('markers that a CLI has drawn', () => {
  it('are recorded of every CLI, at 40 and at 80 columns', () => {
    const wanted = Object.entries(CLIS).flatMap(([type, versions]) =>
      versions.flatMap((version) =>
        (['brackets', 'equals'] as const).flatMap((form) =>
          [40, 80].map((cols) => `${type}/${version}-${form}-${cols}`),
        ),
      ),
    )
    const found = readdirSync(ROOT).flatMap((type) =>
      readdirSync(join(ROOT, type)).map((name) => `${type}/${name}`),
    )
    expect(found.toSorted()).to.deep.equal(wanted.toSorted())
  })

  for (const [type, versions] of Object.entries(CLIS))
    for (const version of versions)
      for (const cols of [40, 80])
        for (const form of ['equals', 'brackets'] as const satisfies readonly MarkerForm[]) {
          const dir = join(ROOT, type, `${version}-${form}-${cols}`)
          const read = (name: string) => readFileSync(join(dir, name))
          const wanted = STYLE_NAMES.map((style) => styleNonce(form, style))

          it(`are found, joined by ${form}: ${type} ${version}, ${cols} columns`, () => {
            const screen = read('screen.txt').toString()
            expect(donesIn(findMarkers(screen), form)).to.deep.equal(wanted)
            const bytes = gunzipSync(read('bytes.gz'))
            for (const size of [bytes.length, 1000, 7]) {
              const stream = markerStream()
              const found = [...chunks(bytes, size)].flatMap((chunk) => stream.push(chunk))
              const seen = donesIn([...found, ...stream.flush()], form)
              expect([...new Set(seen)].toSorted(), `in chunks of ${size}`).to.deep.equal(wanted.toSorted())
            }
            const drawn = STYLE_NAMES.filter((style) =>
              screen.includes(MARKER_FORMS[form](styleNonce(form, style), 'DONE')),
            )
            // As it was written, on one row: in code alone, where a CLI makes a link of it.
            const isLink = form === 'brackets' && MANGLES.has(type)
            expect(drawn).to.deep.equal(isLink ? ['backticks', 'block'] : STYLE_NAMES)
          })
        }
})

/** Of this form alone: the screens still show answers of before. */
function donesIn(markers: ReturnType<typeof findMarkers>, form: MarkerForm): readonly string[] {
  const own: readonly string[] = STYLE_NAMES.map((style) => styleNonce(form, style))
  return markers.filter(({ nonce, word }) => word === 'DONE' && own.includes(nonce)).map(({ nonce }) => nonce)
}

function* chunks(bytes: Uint8Array, size: number): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}
