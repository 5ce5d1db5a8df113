import { expect } from 'chai'
import * as z from 'zod'
import { keys, KNOWN_KEYS, required, type Key } from '../../../../lib/config/keys/key.js'

const key = (schema: () => z.ZodType): Key<unknown> => ({ schema, read: (value) => value })

describe('keys', () => {
  it('makes the schema of a key once, when a map holds it', () => {
    const made: string[] = []
    const counted = (name: string) =>
      key(() => {
        made.push(name)
        return z.string()
      })
    const table = keys(() => ({ used: counted('used'), other: counted('other'), third: counted('third') }))
    table.read({ used: 'a' })
    expect(made).to.deep.equal([])
    expect(z.array(table.schema()).safeParse([{ used: 'a' }, { used: 'b' }]).success).to.equal(true)
    expect(made).to.deep.equal(['used'])
  })

  const shape = {
    name: z.string().min(1),
    size: z.int().max(9).optional(),
    list: z.array(z.union([z.string(), z.null()])).optional(),
  }
  const own = keys(() => ({
    name: required(key(() => shape.name)),
    size: key(() => z.int().max(9)),
    list: key(() => z.array(z.union([z.string(), z.null()]))),
  }))
  for (const value of [
    { name: 'a' },
    { name: 'a', size: 3, list: ['x', null] },
    {},
    { name: '' },
    { name: 'a', size: 12 },
    { name: 'a', size: null },
    { name: 'a', list: ['x', 5, {}] },
    { name: 3, more: 1, toString: 2 },
    [],
    null,
    'text',
  ])
    it(`complains of ${JSON.stringify(value)} as a strict object of zod does`, () => {
      const all = (schema: z.ZodType) =>
        (z.array(schema).safeParse([value]).error?.issues ?? []).map(({ message: _said, ...issue }) => issue)
      expect(all(own.schema())).to.deep.equal(all(z.strictObject(shape)))
    })

  it('names the keys that there are where one is unknown', () => {
    const { error } = own.schema().safeParse({ name: 'a', nmae: 'b' })
    expect(error?.issues.map(({ message }) => message)).to.deep.equal([`${KNOWN_KEYS}name size list`])
  })
})
