import { expect } from 'chai'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadRules } from '../../../lib/config/load-rules.js'

describe('loadRules', () => {
  let dir: string
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'orc-rules-'))
    mkdirSync(join(dir, 'rules'))
  })
  afterEach(() => rmSync(dir, { recursive: true }))

  it('reads a file for each agent type', async () => {
    writeFileSync(
      join(dir, 'rules', 'codex.yaml'),
      `rules:\n  - { id: mine, state: waiting, all: [{ in: title, matches: 'Zustimmung' }] }\ndisable: [other]\n`,
    )
    const { overrides, problems } = await loadRules(dir)
    expect(problems).to.deep.equal([])
    expect(overrides.get('codex')?.rules?.[0]?.id).to.equal('mine')
    expect(overrides.get('codex')?.disable).to.deep.equal(['other'])
  })

  it('says what is wrong with a file, which then counts for nothing', async () => {
    writeFileSync(join(dir, 'rules', 'codex.yaml'), 'rules: [{ id: x, state: sleeping }]\n')
    writeFileSync(join(dir, 'rules', 'claude.json'), '{ "rules": [')
    const { overrides, problems } = await loadRules(dir)
    expect(overrides.size).to.equal(0)
    expect(problems.join('\n')).to.match(/codex\.yaml: rules\[0\]\.state: must be one of/)
    expect(problems.join('\n')).to.match(/claude\.json: /)
  })

  it('finds nothing where there is no directory', async () => {
    expect((await loadRules(join(dir, 'none'))).overrides.size).to.equal(0)
  })
})
