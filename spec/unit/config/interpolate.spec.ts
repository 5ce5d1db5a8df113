import { expect } from 'chai'
import { interpolate } from '../../../lib/config/interpolate.js'

const env = { NAME: 'value', EMPTY: '', TRICKY: '$& ${NAME} $$' }

describe('interpolate', () => {
  const cases: readonly [string, string][] = [
    ['${NAME}', 'value'],
    ['a ${NAME} b ${NAME}', 'a value b value'],
    ['${NONE:-other}', 'other'],
    ['${EMPTY:-other}', 'other'],
    ['${EMPTY-other}', ''],
    ['${EMPTY}', ''],
    ['${NONE:-}', ''],
    ['$HOME $1 $(date) $', '$HOME $1 $(date) $'],
    ['$$', '$'],
    ['$${NAME}', '${NAME}'],
    ['$$$${NAME}', '$${NAME}'],
    ['${TRICKY}', '$& ${NAME} $$'],
  ]
  for (const [text, expected] of cases) {
    it(`${text} → ${expected}`, () => {
      expect(interpolate(text, env)).to.deep.include({ ok: true, text: expected })
    })
  }

  it('names every variable that is missing', () => {
    const result = interpolate('${NAME} ${NO_A} ${NO_B}', env)
    expect(result.ok ? '' : result.message)
      .to.match(/NO_A is not set.*NO_B is not set/)
      .and.not.to.contain('value')
  })

  it('refuses what only looks like a variable', () => {
    for (const text of ['${a b}', '${}', '${x%.*}', '${open'])
      expect(interpolate(text, env).ok, text).to.equal(false)
  })

  it('finds nothing in Object.prototype', () => {
    expect(interpolate('${toString}', env).ok).to.equal(false)
  })
})
