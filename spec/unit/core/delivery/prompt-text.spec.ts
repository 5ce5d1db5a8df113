import { expect } from 'chai'
import { isVisible, ownShare, readComposer } from '../../../../lib/core/delivery/composer.js'
import { fileLine, fitsScreen, planDelivery } from '../../../../lib/core/delivery/plan-delivery.js'
import { LINE_DELIVERY, TUI_DELIVERY, type DeliveryProfile } from '../../../../lib/core/delivery/profile.js'
import { sanitizePrompt } from '../../../../lib/core/delivery/sanitize-prompt.js'

const shape = {
  sign: '[❯›]',
  placeholders: ['Ask Codex to do anything', 'Try ".*"'],
  folds: '\\[Pasted[^\\]]*\\]',
}
const profile: DeliveryProfile = { ...TUI_DELIVERY, composer: shape, whileWorking: 'queues', clear: null }

describe('a prompt', () => {
  it('loses what a terminal would obey', () => {
    expect(sanitizePrompt('a\x1b[201~\x1b[31mb\x07\x00c\x9b2Jd\x7f\x1b]0;t\x07e\x1b')).to.equal('abcde')
    expect(sanitizePrompt('rm \u202egpj.exe\u2066')).to.equal('rm gpj.exe')
    expect(sanitizePrompt('x\ud800y\udc00')).to.equal('x\ufffdy\ufffd')
  })

  it('keeps lines, tabs and every script', () => {
    const text = 'one\n\ttwo; "three" $HOME `ls`\n日本語 👩‍👩‍👧 שלום'
    expect(sanitizePrompt(text)).to.equal(text)
    expect(sanitizePrompt('a\r\nb\rc\n\n')).to.equal('a\nb\nc')
  })

  it('goes by file when it is long', () => {
    const plan = planDelivery(profile, 'x'.repeat(30_000), '/h/p.md')
    expect(plan).to.include({ kind: 'file', path: '/h/p.md' })
    expect(plan.kind === 'file' && plan.text).to.include('/h/p.md')
    expect(planDelivery(profile, 'a table:\n├──┤', '/h/p.md')).to.include({ kind: 'file' })
    expect(planDelivery(profile, 'short', '/h/p.md')).to.include({ kind: 'paste', text: 'short' })
    expect(planDelivery(profile, ' \n', '/h/p.md')).to.include({ kind: 'refused' })
    expect(planDelivery(profile, 'short', '/h/p.md', true)).to.include({
      kind: 'file',
      text: fileLine('/h/p.md'),
      content: 'short\n',
    })
  })

  it('fits a screen by the rows that it takes when it is wrapped', () => {
    const lines = (count: number, cols: number) =>
      Array.from({ length: count }, () => 'x'.repeat(cols)).join('\n')
    expect(fitsScreen(lines(18, 70), { cols: 80, rows: 24 })).to.equal(true)
    expect(fitsScreen(lines(19, 70), { cols: 80, rows: 24 })).to.equal(false)
    expect(fitsScreen(lines(10, 80), { cols: 80, rows: 24 })).to.equal(false)
    expect(fitsScreen(lines(10, 80), { cols: 132, rows: 24 })).to.equal(true)
    expect(fitsScreen('日本語'.repeat(240), { cols: 80, rows: 24 })).to.equal(false)
    expect(fitsScreen('日本語'.repeat(200), { cols: 80, rows: 24 })).to.equal(true)
    expect(fitsScreen('one line', { cols: 40, rows: 5 })).to.equal(true)
  })

  it('goes raw to a program without a composer, or not at all', () => {
    const script = 'echo a line\n'.repeat(9000)
    expect(planDelivery(LINE_DELIVERY, script, '/h/p.md', true)).to.include({
      kind: 'paste',
      text: script.trimEnd(),
    })
    expect(planDelivery(LINE_DELIVERY, '├──┤', '/h/p.md')).to.include({ kind: 'paste' })
    const plan = planDelivery(LINE_DELIVERY, `short\n${'日'.repeat(1366)}`, '/h/p.md')
    expect(plan.kind === 'refused' && plan.reason).to.match(/^line 2 has 4098 bytes, .* at most 4095/)
  })
})

describe('a composer', () => {
  it('is absent, empty, or holds a text', () => {
    expect(readComposer([], shape).kind).to.equal('absent')
    expect(readComposer(['❯ '], shape).kind).to.equal('empty')
    expect(readComposer(['› Ask Codex to do', '  anything'], shape).kind).to.equal('empty')
    expect(readComposer(['❯ mend it'], shape)).to.deep.equal({ kind: 'text', text: 'mend it', folded: false })
    expect(readComposer(['❯ [Pasted text #1 +3 lines]'], shape)).to.include({ kind: 'text', folded: true })
  })

  it('knows a suggestion by its grey', () => {
    expect(readComposer(['❯ run the tests'], shape, ['❯ \x1b[2mrun the tests\x1b[0m']).kind).to.equal('empty')
    expect(readComposer(['❯ run the tests'], shape, ['❯ run \x1b[2mthe tests\x1b[0m'])).to.include({
      text: 'run',
    })
    expect(readComposer(['❯ mine'], shape, ['\x1b[38;5;2m❯\x1b[39m mine']).kind).to.equal('text')
  })

  it('believes no colours of another frame than the text: half drawn, or moved', () => {
    const wrapped = ['❯ run the', '  tests']
    for (const styled of [[''], ['❯ run the'], ['✻ Working…', '❯ run the'], []])
      expect(readComposer(wrapped, shape, styled), JSON.stringify(styled)).to.deep.equal({
        kind: 'text',
        text: 'run the tests',
        folded: false,
      })
    // What stands beside the composer makes it no other frame.
    const beside = ['❯ \x1b[2mrun the\x1b[0m', '  \x1b[2mtests\x1b[0m  \x1b[2m│ 3 files\x1b[0m']
    expect(readComposer(wrapped, shape, beside).kind).to.equal('empty')
  })

  it('is ours as text, too, when our text says what a CLI shows instead of a long paste', () => {
    const own = '[Pasted text #1 +3 lines]'
    expect(ownShare({ kind: 'text', text: own, folded: true }, own)).to.equal('whole')
    expect(ownShare({ kind: 'text', text: own, folded: true }, `${own} and more`)).to.equal('part')
    expect(ownShare({ kind: 'text', text: own, folded: true }, 'a\nb\nc\nd')).to.equal('whole')
    expect(ownShare({ kind: 'text', text: own, folded: true }, 'a')).to.equal('none')
  })

  it('recognises our text wrapped, scrolled or half drawn', () => {
    const prompt = 'mend the cache key of the user module; 家族 👩‍👩‍👧 and then run every test there is'
    const share = (text: string, folded = false) => ownShare({ kind: 'text', text, folded }, prompt)
    expect(
      share('mend the cache key of the us er module; 家族 👩👩👧 and then run every test there is'),
    ).to.equal('whole')
    expect(share('ache key of the user module; 家族 👩👩👧 ↑ and then run every test there is')).to.equal(
      'whole',
    )
    expect(share('mend the cache')).to.equal('part')
    for (const other of ['run', 'test there is', `x${prompt}`, `${prompt}x`])
      expect(share(other)).to.equal('none')
  })

  it('knows which folded paste is ours', () => {
    const share = (shown: string, prompt: string) =>
      ownShare({ kind: 'text', text: shown, folded: true }, prompt)
    const twenty = Array.from({ length: 20 }, () => 'a line').join('\n')
    for (const fold of ['[Pasted text #1 +19 lines]', '[Pasted ~20 lines]', '[Pasted Text: 20 lines]'])
      expect(share(fold, twenty), fold).to.equal('whole')
    expect(share('[Pasted text #2 +4 lines]', twenty)).to.equal('none')
    expect(share('[Pasted Content 1110 chars]', 'x'.repeat(1110))).to.equal('whole')
    expect(share('[Pasted Content 2000 chars]', 'x'.repeat(1110))).to.equal('none')
    expect(share('[Pasted text #3]', 'one long line')).to.equal('whole')
    expect(share('[Image #1]', 'one long line')).to.equal('none')
    expect(
      readComposer(['❯ mine [Pasted text #1 +3 lines]'], { ...shape, folds: '\\[Pasted[^\\]]*\\]' }),
    ).to.include({ folded: false })
  })

  it('shows nothing of some prompts', () => {
    expect([isVisible('a'), isVisible('──'), isVisible('‍')]).to.deep.equal([true, false, false])
  })
})
