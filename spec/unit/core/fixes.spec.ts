/** The catalogue is all that messages tell a person to type, and each command of it is run somewhere. */
import { expect } from 'chai'
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { asCalled, FIXES } from '../../../lib/core/fixes.js'
import { allVerbs, VERBS } from '../../../lib/cli/verbs.js'
import { literalsOf } from '../../support/literals.js'

const ROOT = resolve(import.meta.dirname, '../../..')

/** Their texts name commands that are no fix: what a shell's completion says of itself. */
const OTHERWISE = new Set([
  'lib/core/fixes.ts',
  'lib/cli/verbs/completion.ts',
  ...['bash', 'zsh', 'fish'].map((shell) => `lib/cli/completion/${shell}.ts`),
])

const verbs = [...VERBS.keys()].join('|')
const OURS = new RegExp(`\\borchestra (?:--help|(?:${verbs})\\b(?!:))`)
const PROGRAM =
  '(?:apt|brew|cd|chmod|chown|cp|curl|eval|infocmp|kill|loginctl|mkdir|mv|npm|ps|rm|sed|ssh(?:-[a-z]+)?|tmux|top|df)'
/** A command in a sentence: in backticks, in brackets, behind a colon. */
const THEIRS = new RegExp(`(?:\`|\\(|: )${PROGRAM} [-'"$~/=…A-Za-z][^\`]*`)

/** For a machine, or a whole layout with its comments. */
function isScript(text: string): boolean {
  return text.split('\n').length > 6
}

function filesBelow(dir: string): string[] {
  return readdirSync(join(ROOT, dir), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)))
}

const read = (file: string) => readFileSync(join(ROOT, file), 'utf8')

describe('the commands that messages tell a person to type', () => {
  it('stand in the catalogue and nowhere else', async () => {
    const examples = new Set((await allVerbs()).map(({ example }) => example))
    const wrong = filesBelow('lib')
      .filter((file) => !OTHERWISE.has(file))
      .flatMap((file) =>
        literalsOf(read(file))
          .filter(
            ({ text }) => !isScript(text) && !examples.has(text) && (OURS.test(text) || THEIRS.test(text)),
          )
          .map(({ line, text }) => `${file}:${line}: ${text}`),
      )
    expect(wrong).to.deep.equal([])
  })

  it('are each printed', () => {
    const used = new Set(
      filesBelow('lib').flatMap((file) => [...read(file).matchAll(/\bfix\(\s*'([^']+)'/g)].map((m) => m[1])),
    )
    expect(Object.keys(FIXES).filter((name) => !used.has(name))).to.deep.equal([])
  })

  it('are each run as printed, in their situation', () => {
    const run = new Set(
      filesBelow('spec').flatMap((file) =>
        [...read(file).matchAll(/\b(?:fixWorks|fixes)\(\s*((?:'[^']+'(?:,\s*)?)+)/g)].flatMap((m) =>
          [...(m[1] ?? '').matchAll(/'([^']+)'/g)].map((one) => one[1]),
        ),
      ),
    )
    expect(Object.keys(FIXES).filter((name) => !run.has(name))).to.deep.equal([])
  })

  it('reach the daemon that the message was about', () => {
    const printed =
      'Look: `orchestra explain A`; then (orchestra restart A)\nssh far orchestra up -d. It is orchestra 2'
    expect(asCalled(printed, 'orchestra --session s')).to.equal(
      'Look: `orchestra --session s explain A`; then (orchestra --session s restart A)\nssh far orchestra up -d. It is orchestra 2',
    )
  })
})
