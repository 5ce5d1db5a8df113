import { expect } from 'chai'
import { OTHERS_WORDS, parseWithYargs } from '../../../lib/cli/parse-with-yargs.js'
import { unknownOption } from '../../../lib/cli/unknown-option.js'
import { allVerbs } from '../../../lib/cli/verbs.js'

describe('parseWithYargs', () => {
  let verbs: Awaited<ReturnType<typeof allVerbs>>
  before(async () => (verbs = await allVerbs()))

  const write = process.stderr.write.bind(process.stderr)
  let said = ''
  beforeEach(() => {
    said = ''
    process.stderr.write = (text: string | Uint8Array) => {
      said += String(text)
      return true
    }
  })
  afterEach(() => {
    process.stderr.write = write
  })

  it('says which verb there is not, and suggests only what is near', async () => {
    expect(await parseWithYargs(['stauts'], verbs)).to.equal(2)
    expect(await parseWithYargs(['--json', 'zzz'], verbs)).to.equal(2)
    expect(said).to.match(/^orchestra: there is no verb "stauts" \(did you mean status\?\)\n/)
    expect(said).to.match(/there is no verb "zzz"\n/)
  })

  it('says which argument is missing, and which values there are', async () => {
    expect(await parseWithYargs(['ask'], verbs)).to.equal(2)
    expect(await parseWithYargs(['graph', '-f', 'nope'], verbs)).to.equal(2)
    expect(said).to.match(/^orchestra: ask needs AGENT: an agent of the layout\n/)
    expect(said).to.match(/orchestra: --format nope: one of ascii, mermaid, gantt, dot, json\n/)
  })

  it('chooses no verb after a mistake', async () => {
    expect(await parseWithYargs(['status', '--nope'], verbs)).to.equal(2)
    expect(said).to.match(/^orchestra: status has no option --nope\n/)
  })

  it('suggests the option that was meant, and says which word is too many', async () => {
    expect(await parseWithYargs(['events', '--folow'], verbs)).to.equal(2)
    expect(await parseWithYargs(['workers', 'Task-1'], verbs)).to.equal(2)
    expect(said).to.include('orchestra: events has no option --folow (did you mean --follow?)\n')
    expect(said).to.include('orchestra: workers takes no further word: Task-1\n')
  })

  it('knows words of other programs, gives help without a word, and takes -V', async () => {
    expect(await parseWithYargs(['ps'], verbs)).to.equal(2)
    expect(said).to.include('there is no verb "ps" (see `orchestra agents`)\n')
    const out: string[] = []
    for (const words of [[], ['-V']])
      expect(await parseWithYargs(words, verbs, (text) => out.push(text))).to.equal(0)
    expect(out[0]).to.include('orchestra <verb>')
    expect(out[1]).to.match(/^\d+\.\d+\.\d+/)
  })

  it('looks at options before words, and at those of every verb where there is none', () => {
    const of = (...argv: string[]) =>
      unknownOption(
        argv,
        verbs.find(({ name }) => argv.includes(name)),
        verbs,
      )
    expect(of('logs', '--folow')).to.equal('logs has no option --folow (did you mean --follow?)')
    expect(of('--sesion', 'x', 'status')).to.equal('status has no option --sesion (did you mean --session?)')
    expect(of('--sesion', 'x')).to.equal('there is no option --sesion (did you mean --session?)')
    expect(of('logs', 'A', '-x')).to.equal('logs has no option -x')
    // Values, negations, a dash alone, and what stands behind two dashes are no options.
    for (const argv of [
      ['send', 'A', '--operation-id', '--odd'],
      ['--no-color', 'status'],
      ['send', 'A', '-'],
      ['send', 'A', '--', '--text'],
      ['events', '-n', '-5'],
      ['events', '--lines=-5', '-f'],
    ])
      expect(of(...argv), argv.join(' ')).to.equal(null)
  })

  it('names verbs alone for the words of other programs', () => {
    for (const verb of Object.values(OTHERS_WORDS)) expect(verbs.map(({ name }) => name)).to.include(verb)
  })
})
