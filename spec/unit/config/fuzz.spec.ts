import { expect } from 'chai'
import fc from 'fast-check'
import { readFileSync } from 'node:fs'
import { parseYaml } from '../../../lib/config/parse-yaml.js'
import { explainIssues } from '../../../lib/config/explain-issue.js'
import { expandLayout, layoutSchema } from '../../../lib/config/keys/layout.js'
import { checkLayout } from '../../../lib/core/layout/check-layout.js'

const TEXT = readFileSync(new URL('../../fixtures/layouts/good/everything.yaml', import.meta.url), 'utf8')
const SCRAPS = [
  '',
  ' ',
  '\t',
  '\n',
  ':',
  ': ',
  '- ',
  '[',
  ']',
  '{',
  '}',
  '"',
  "'",
  '&a ',
  '*a',
  '|',
  '>',
  '? ',
  '!!x ',
  '#',
  '~',
]
const WORDS = [
  'null',
  'true',
  '1e999',
  '-1',
  '0x10',
  '[]',
  '{}',
  '[[1]]',
  '${X}',
  '\\0',
  '__proto__',
  '<<',
  '美',
  '%',
  '---\n',
]

/** Everything that is done with a text; whatever it is, only problems may come of it. */
function digest(text: string): void {
  const parsed = parseYaml(text, 'f.yaml', {})
  for (const problem of parsed.problems) expect(problem.line).to.be.at.least(1)
  if (parsed.root === null) {
    expect(parsed.problems).not.to.have.length(0)
    return
  }
  const result = layoutSchema().safeParse(parsed.root)
  if (!result.success) explainIssues(result.error.issues, parsed.root)
  const options = { directory: '/', home: '/', prompts: new Map<string, string>() }
  const layout = expandLayout(parsed.root, options, () => undefined)
  checkLayout(layout, (_, message) => (typeof message === 'string' ? message : message()))
  expect(JSON.parse(JSON.stringify(layout))).to.deep.equal(layout)
}

describe('any text at all', () => {
  it('gives a layout or problems, never an exception', () => {
    const edit = fc.record({
      at: fc.nat(TEXT.length),
      cut: fc.nat(12),
      put: fc.constantFrom(...SCRAPS, ...WORDS),
    })
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
        let text = TEXT
        for (const { at, cut, put } of edits) text = text.slice(0, at) + put + text.slice(at + cut)
        digest(text)
      }),
      { numRuns: Number(process.env['FUZZ_RUNS'] ?? 6) },
    )
  })

  it('takes values of any kind at any key', () => {
    const values = fc.constantFrom(
      'null',
      '3',
      'true',
      'text',
      '[]',
      '[1, {a: 2}]',
      '{}',
      '{a: [1]}',
      '""',
      '[[[]]]',
    )
    const lines = TEXT.split('\n')
    fc.assert(
      fc.property(fc.nat(lines.length - 1), values, (at, value) => {
        const line = lines[at]!.replace(/:.*/, `: ${value}`)
        digest([...lines.slice(0, at), line, ...lines.slice(at + 1)].join('\n'))
      }),
      { numRuns: Number(process.env['FUZZ_RUNS'] ?? 6) },
    )
  })
})
