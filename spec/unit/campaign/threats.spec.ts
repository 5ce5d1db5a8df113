import { expect } from 'chai'
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { THREATS } from '../../support/threats.js'

const ROOT = resolve(import.meta.dirname, '../../..')
const ROW = /^\| (T\d+(?:–T\d+)?) \|.*\|$/gm

describe('SECURITY.md', () => {
  const text = readFileSync(join(ROOT, 'SECURITY.md'), 'utf8')
  const rows = [...text.matchAll(ROW)]

  it('speaks of every threat, T1 to T37, in order', () => {
    const numbers = rows.flatMap(([, id = '']) => {
      const [from = 0, to = from] = [...id.matchAll(/\d+/g)].map(Number)
      return Array.from({ length: to - from + 1 }, (_, i) => from + i)
    })
    expect(numbers).to.deep.equal(Array.from({ length: 37 }, (_, i) => i + 1))
  })

  it('says of each what covers it, or what is missing', () => {
    for (const [row, id] of rows) {
      const state = row.split('|')[3]?.trim() ?? ''
      expect(state, id).to.match(/^(?:covered|partly|no|does not arise|do not arise)\b/)
    }
  })

  it('has specs that try what it calls covered, or partly covered, and no others', () => {
    const states = new Map<string, string>(
      rows.flatMap(([row, id = '']) => {
        const [from = 0, to = from] = [...id.matchAll(/\d+/g)].map(Number)
        const state = row.split('|')[3]?.trim() ?? ''
        return Array.from({ length: to - from + 1 }, (_, i) => [`T${from + i}`, state] as const)
      }),
    )
    expect(Object.keys(THREATS)).to.deep.equal([...states.keys()])
    const lines = Object.entries(THREATS).map(([id, proofs]) => {
      const state = states.get(id) ?? ''
      expect(/^(?:covered|partly)/.test(state), `${id}: ${state}`).to.equal(proofs !== null)
      for (const { file, title } of proofs ?? []) {
        const path = join(ROOT, 'spec', `${file}.spec.ts`)
        expect(existsSync(path), `${id}: ${path}`).to.equal(true)
        const text = readFileSync(path, 'utf8')
        for (const part of title?.source.split('|') ?? [])
          expect(new RegExp(part).test(text), `${id}: no /${part}/ in ${file}`).to.equal(true)
      }
      const shown = proofs?.map(
        ({ file, title }) => `${file}${title === undefined ? '' : ` ${String(title)}`}`,
      )
      return `${id.padEnd(3)} ${/^\w+(?: not arise)?/.exec(state)?.[0] ?? ''}: ${shown?.join(', ') ?? 'SECURITY.md says why'}`
    })
    console.log(lines.join('\n'))
  })

  it('names specs and sources that there are', () => {
    const named = [...text.matchAll(/`((?:spec|core|config|store|api|ssh|tmux)\/[\w./-]+)`/g)].map(
      (one) => one[1] ?? '',
    )
    expect(named.length).to.be.greaterThan(10)
    const exists = (name: string) => {
      const places = name.startsWith('spec/') ? [name, `${name}.spec.ts`, `${name}.ts`] : [`lib/${name}`]
      return places.some((place) => existsSync(join(ROOT, place)))
    }
    expect(named.filter((name) => !exists(name))).to.deep.equal([])
  })
})
