import { expect } from 'chai'
import { execFileSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { loadLayout } from '../../../lib/config/load-layout.js'
import { formatProblem } from '../../../lib/core/layout/problem.js'
import { BAD_LAYOUTS, expectedProblems } from '../../support/bad-layouts.js'
import { withLayoutFiles } from './with-layout-files.js'

const SECRET = 'sk-hidden-value'

async function problemsOf(path: string, cwd: string): Promise<string[]> {
  const loaded = await loadLayout(path, { env: { HOME: '/home/me', SECRET }, cwd })
  return loaded.ok ? ['(no problem)'] : loaded.problems.map(formatProblem)
}

async function problemsOfText(content: string | Uint8Array): Promise<string[]> {
  return withLayoutFiles({ 'l.yaml': content }, (dir) => problemsOf(`${dir}/l.yaml`, dir))
}

describe('bad layouts', () => {
  const expected = expectedProblems()

  it('has expectations for each file', () => {
    const files = readdirSync(BAD_LAYOUTS).filter((name) => name.endsWith('.yaml'))
    expect([...expected.keys()].sort()).to.deep.equal(files.sort())
    expect(files.length).to.be.at.least(100)
  })

  for (const [file, lines] of expected) {
    it(`says what is wrong with ${file}`, async () => {
      const problems = await problemsOf(join(BAD_LAYOUTS, file), BAD_LAYOUTS)
      expect(problems).to.deep.equal(lines)
      expect(problems.join('\n'))
        .not.to.contain(SECRET)
        .and.not.to.match(/sk-(se.?cret|secret)/)
    })
  }

  it('refuses 50 MB without reading it', async () => {
    expect(await problemsOfText(new Uint8Array(50 * 1024 * 1024).fill(0x23))).to.deep.equal([
      'l.yaml:1:1: is too large: 50.0 MB, at most 1 MB',
    ])
  })

  it('refuses an alias bomb', async () => {
    const rows = ['x-0: &a0 [x, x, x, x, x, x, x, x, x]']
    for (let n = 1; n < 12; n += 1)
      rows.push(
        `x-${n}: &a${n} [${Array(9)
          .fill(`*a${n - 1}`)
          .join(', ')}]`,
      )
    const problems = await problemsOfText(`${rows.join('\n')}\nversion: 1\nsession: s\n`)
    expect(problems[0]).to.match(
      /^l\.yaml:1:\d+: there is too much in this file \(more than 100000 values, aliases counted\)$/,
    )
  })

  for (const [name, text] of Object.entries({
    'lists in lists': `a: ${'['.repeat(20_000)}`,
    'maps in maps': 'a: ' + '{a: '.repeat(20_000),
    'dashes in a row': '- '.repeat(20_000),
    'ever deeper lines': Array.from({ length: 500 }, (_, n) => `${' '.repeat(n)}a:`).join('\n'),
    'question marks in a row': '? '.repeat(20_000),
  })) {
    it(`refuses 20,000 levels: ${name}`, async () => {
      const problems = await problemsOfText(text)
      expect(problems[0]).to.match(/: this is nested too deeply \(more than 32 levels\)$/)
    })
  }

  it('refuses what is no text', async () => {
    expect(await problemsOfText(new Uint8Array([0x61, 0x3a, 0x20, 0xff, 0xfe]))).to.deep.equal([
      'l.yaml:1:1: is not UTF-8 text',
    ])
  })

  it('refuses a directory, a pipe and a device without hanging', async () => {
    await withLayoutFiles({ 'd.yaml/x': '' }, async (dir) => {
      expect(await problemsOf(`${dir}/d.yaml`, dir)).to.deep.equal(['d.yaml: is a directory, not a file'])
      execFileSync('mkfifo', [`${dir}/p.yaml`])
      expect(await problemsOf(`${dir}/p.yaml`, dir)).to.deep.equal(['p.yaml: is not an ordinary file'])
      expect(await problemsOf('/dev/zero', dir)).to.deep.equal(['/dev/zero: is not an ordinary file'])
      expect(await problemsOf(`${dir}/none.yaml`, dir)).to.deep.equal(['none.yaml: there is no such file'])
    })
  })

  it('shows a hundred problems and counts the rest', async () => {
    const tasks = Array.from({ length: 150 }, (_, n) => `  t${n}: { title: x, titel: y }\n`).join('')
    const problems = await problemsOfText(`version: 1\nsession: s\nagents: { a: demo }\ntasks:\n${tasks}`)
    expect(problems).to.have.length(101)
    expect(problems[99]).to.match(/^l\.yaml:104:/)
    expect(problems[100]).to.equal('l.yaml: … and 50 more problems')
  })

  it('refuses bad text in a prompt file at the key', async () => {
    const text = 'version: 1\nsession: s\nagents: { a: demo }\ntasks:\n  t: { prompt_file: p.md }\n'
    await withLayoutFiles({ 'l.yaml': text, 'p.md': 'one\ntwo\u001b[2J\n' }, async (dir) => {
      expect(await problemsOf(`${dir}/l.yaml`, dir)).to.deep.equal([
        'l.yaml:5:21: tasks.t.prompt_file: p.md: line 2 holds a control character (U+001B)',
      ])
    })
  })
})
