import { expect } from 'chai'
import fc from 'fast-check'
import { isPrompt, promptId, shortPromptId } from '../../../../lib/core/status/prompt-id.js'

const asks = (command: string) => [
  'Do you want to run this command?',
  ...command.split('\n').map((row) => `  ${row}`),
  '❯ 1. Yes',
  '  2. No',
  'Enter to confirm · Esc to cancel',
]
const idOf = (command: string) => promptId(asks(command))

/** Two commands that an eye, or a loose reading of the screen, may take for one. */
const PAIRS = [
  ['rm -rf ./build', 'rm -rf . /build'],
  ['rm -rf /tmp/x', 'rm -rf / tmp/x'],
  ['cat notes.txt out.txt', 'cat notes.txt > out.txt'],
  ['rm -f .o', 'rm -f * .o'],
  ['shutdown -h 90m', 'shutdown -h 0m'],
  ['truncate -s 10m disk.img', 'truncate -s 900m disk.img'],
  ['chmod -R a-w src', 'chmod -R a -w src'],
  ['echo ok € rm x', 'echo ok ¥ rm x'],
  ['cat notes.txt\n> out.txt', 'cat notes.txt\n  out.txt'],
  ['if x:\n  y\n  z', 'if x:\n  y\nz'],
  ['a\nb', 'a b'],
  ['rm -rf a│b', 'rm -rf a b'],
  ['sleep 5s (12s)', 'sleep 5s (13s)'],
  ['deploy 10%', 'deploy 100%'],
  ['echo a  b', 'echo a b'],
  ['> 1. Yes\n2. x', '1. Yes\n2. x'],
  ['Esc to cancel', ''],
] as const

describe('the fingerprint of a question', () => {
  it('is SHA-256, and is another one for every other command', () => {
    expect(idOf('ls')).to.match(/^[0-9a-f]{64}$/)
    for (const [a, b] of PAIRS) expect(idOf(a), `«${a}» and «${b}»`).to.not.equal(idOf(b))
  })

  it('changes with any visible character of the question', () => {
    // Any row but those that are only a mark, a blank or a spinner's cell at the edge.
    const visible = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
      .filter((t) => /^[!-~]/u.test(t))
    const rows = fc.array(visible, { minLength: 1, maxLength: 6 })
    const changed = fc.record({
      rows,
      row: fc.nat(),
      at: fc.nat(),
      char: fc.constantFrom('x', '>', '*', '/', ' ', '€', '.', '0', '│', '❯', '"'),
    })
    fc.assert(
      fc.property(changed, ({ rows, row, at, char }) => {
        const index = row % rows.length
        const old = Array.from(rows[index] ?? '')
        const place = at % old.length
        const next = [...old.slice(0, place), char, ...old.slice(place + 1)].join('')
        const other = rows.with(index, next)
        fc.pre(next.trim() !== old.join('').trim() && !next.startsWith('❯'))
        expect(idOf(other.join('\n'))).to.not.equal(idOf(rows.join('\n')))
      }),
      { numRuns: 500 },
    )
  })

  it('changes when a character is taken away or put in', () => {
    const text = fc
      .string({ minLength: 2, maxLength: 60 })
      .filter((t) => t.trim() === t && !/[❯\s]{2}/u.test(t))
    fc.assert(
      fc.property(text, fc.nat(), (command, at) => {
        const place = at % command.length
        const without = command.slice(0, place) + command.slice(place + 1)
        fc.pre(without.trim() !== command.trim())
        expect(idOf(without)).to.not.equal(idOf(command))
      }),
    )
  })

  it('does not change with the selected option, spinner cells or padding at the edges of rows', () => {
    const dialog = asks('rm -rf build')
    const moved = dialog.map((row) => row.replace('❯ 1.', '  1.').replace('  2.', '❯ 2.'))
    expect(promptId(moved)).to.equal(promptId(dialog))
    expect(promptId(dialog.map((row) => `   ${row}  `))).to.equal(promptId(dialog))
    const turning = (cell: string) => promptId([...dialog, `${cell} waiting`])
    expect(turning('⠙')).to.equal(turning('⠋'))
  })

  it('leaves out what a type names as its own below the options, and only there', () => {
    const chrome = [/^(?:Esc to cancel(?: · Tab to amend)?|expires in \d+s)$/u]
    const idWith = (...below: string[]) => promptId([...asks('ls').slice(0, -1), ...below], chrome)
    expect(idWith('Esc to cancel')).to.equal(idWith('Esc to cancel · Tab to amend'))
    expect(idWith('expires in 10s')).to.equal(idWith('expires in 9s'))
    expect(idWith('expires in 10s rm')).to.not.equal(idWith('expires in 9s rm'))
    expect(promptId(asks('expires in 9s'), chrome)).to.not.equal(promptId(asks('expires in 10s'), chrome))
  })

  it('is named by its first 32 digits, and by no fewer', () => {
    const id = idOf('ls')
    expect(
      [id, shortPromptId(id), id.slice(0, 31), '', idOf('l')].map((name) => isPrompt(name, id)),
    ).to.deep.equal([true, true, false, false, false])
  })
})
