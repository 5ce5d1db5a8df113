import { expect } from 'chai'
import { firstLayout, withAgents, withIncludes, withoutAgent } from '../../../lib/config/edit-agents.js'

const BLOCK = `# ours
version: 1
session: s

machines:
  here: { kind: local }   # the laptop

# who works
agents:
  # the planner
  A:   { type: claude, role: planning }   # careful
  B:
    type: codex
    env:
      X: "1" # kept

windows:
  - { name: Desk, command: [bash] }   # mine
  - name: Both
    agents: [A, B]
  - B

tasks: { t: { title: T, agent: A } }
`

describe('agents in the text of a layout', () => {
  it('are added below the others, with a window, and nothing else changes', () => {
    const added = withAgents(BLOCK, [{ id: 'C', value: { type: 'gemini', machine: 'm', cwd: '~/x y' } }], {
      id: 'm',
      value: { kind: 'ssh', host: 'm' },
    })
    const lines = BLOCK.split('\n')
    const more = added.split('\n').filter((line) => !lines.includes(line))
    expect(more).to.deep.equal([
      '  m: { kind: ssh, host: m }',
      '  C: { type: gemini, machine: m, cwd: ~/x y }',
      '  - { name: C, agent: C }',
    ])
    expect(added.split('\n').filter((line) => !more.includes(line))).to.deep.equal(lines)
    expect(added).to.include('      X: "1" # kept\n  C: {')
    expect(added).to.include('  - B\n  - { name: C, agent: C }\n\ntasks')
  })

  it('begin a section where there is none, and enter one on a single line', () => {
    const first = withAgents(firstLayout('s'), [{ id: 'A', value: { type: 'demo' } }], null)
    expect(first).to.match(/machines:\n {2}here: \{ kind: local \}\n\nagents:\n {2}A: \{ type: demo \}\n$/)
    const flow = 'version: 1\nsession: s\nagents: { A: demo }\nwindows: [ A ]'
    expect(withAgents(flow, [{ id: 'B', value: { type: 'demo' } }], null)).to.equal(
      'version: 1\nsession: s\nagents: { A: demo, B: { type: demo } }\nwindows: [ A, { name: B, agent: B } ]',
    )
    expect(withAgents('agents:\nversion: 1\n', [{ id: 'A', value: { type: 'demo' } }], null)).to.equal(
      'agents:\n  A: { type: demo }\nversion: 1\n',
    )
  })

  it('are removed with all places that show them, and nothing else', () => {
    const removed = withoutAgent(BLOCK, 'B') ?? ''
    const left = removed.split('\n')
    expect(BLOCK.split('\n').filter((line) => !left.includes(line))).to.deep.equal([
      '  B:',
      '    type: codex',
      '    env:',
      '      X: "1" # kept',
      '    agents: [A, B]',
      '  - B',
    ])
    expect(removed).to.include('    agents: [A]\n')
    expect(withoutAgent(removed, 'A')).to.include('agents: {}\n').and.not.include('Both')
    expect(withoutAgent(BLOCK, 'Z')).to.equal(null)
  })

  it('come back to the very text that was there', () => {
    for (const text of [BLOCK, 'agents: { A: demo }\nwindows: [ A ]\n', 'agents:\n  A: demo'])
      expect(
        withoutAgent(withAgents(text, [{ id: 'N', value: { type: 'demo' } }], null), 'N')?.trimEnd(),
      ).to.equal(text.trimEnd())
  })

  it('are one less of a counted kind when the last of them goes', () => {
    const text = 'agents:\n  CG: { type: codex, count: 3 } # three\n'
    expect(withoutAgent(text, 'CG-3')).to.equal('agents:\n  CG: { type: codex, count: 2 } # three\n')
    expect(withoutAgent(text, 'CG-2')).to.equal(null)
  })

  it('name included files by where they are in a copy elsewhere', () => {
    const text = 'include: [../config/m.yaml, b.yaml] # both\nversion: 1\n'
    expect(withIncludes(text, (path) => `/p/${path}`)).to.equal(
      'include: ["/p/../config/m.yaml", "/p/b.yaml"] # both\nversion: 1\n',
    )
  })
})
