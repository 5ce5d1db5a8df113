import { expect } from 'chai'
import { spawn } from 'node:child_process'
import { fromProc, fromPs, markOf, marksAbove, type ProcessFacts } from '../../../lib/home/launchers-above.js'

const ROOT = '/home/dev/.local/state/orchestra/hosts/team-mugen-1a2b3c4d'
const process_ = (parent: number, argv: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  ({ parent, argv, env }) satisfies ProcessFacts
const LAUNCHER = process_(1, ['/bin/sh', `${ROOT}/bin/launch`, `${ROOT}/A-1.agent`, '1'])
const MARK = { ORCHESTRA_SESSION: 'team', ORCHESTRA_AGENT: 'A-1', ORCHESTRA_DIR: `${ROOT}/A-1.agent` }
const marksOf = (...chain: readonly ProcessFacts[]) => {
  const table = new Map(
    chain.map((facts, i) => [100 - i, { ...facts, parent: chain[i + 1] === undefined ? 1 : 99 - i }]),
  )
  return marksAbove((pid) => table.get(pid) ?? null, 100)
}
const person = process_(1, ['-bash'], { HOME: '/home/dev' })

describe('the launcher above', () => {
  it('is found by the environment of any ancestor, or of the process itself', () => {
    const cleared = process_(0, ['node', 'orchestra', 'approve', 'deploy'])
    expect(markOf('team', marksOf(cleared, process_(0, ['sh'], MARK), person))?.agent).to.equal('A-1')
    expect(markOf('team', marksOf({ ...cleared, env: MARK }))?.agent).to.equal('A-1')
    expect(markOf('team', marksOf(cleared, person))).to.equal(undefined)
  })

  it('is found by its place, where every environment was cleared or is another one', () => {
    const cleared = process_(0, ['node', 'orchestra'])
    expect(markOf('team', marksOf(cleared, LAUNCHER))).to.not.equal(undefined)
    const lying = process_(0, ['node'], { ...MARK, ORCHESTRA_SESSION: 'other' })
    expect(markOf('team', marksOf(lying, LAUNCHER))).to.not.equal(undefined)
  })

  it('counts for its own session alone', () => {
    const agent = process_(0, ['claude'], MARK)
    expect(markOf('other', marksOf(agent, LAUNCHER))).to.equal(undefined)
    // `team` on the machine `mugen`, or `team-mugen` on another one: the agent's own environment tells.
    expect(markOf('team-mugen', marksOf(process_(0, ['node']), LAUNCHER))).to.not.equal(undefined)
    const longer = process_(0, ['claude'], { ...MARK, ORCHESTRA_SESSION: 'team-mugen' })
    expect(markOf('team', marksOf(longer, LAUNCHER))).to.equal(undefined)
  })

  it('is no word of a person who names a session', () => {
    expect(marksOf(process_(0, ['bash'], { ORCHESTRA_SESSION: 'team' }))).to.deep.equal([])
  })

  it('is read alike from /proc and by ps', async () => {
    const child = spawn('sleep', ['100'], { env: { ...MARK, PATH: process.env['PATH'] ?? '' } })
    try {
      await new Promise((done, failed) => child.once('spawn', done).once('error', failed))
      for (const read of [fromProc, fromPs]) {
        const facts = read(child.pid ?? 0)
        expect(facts?.parent, read.name).to.equal(process.pid)
        expect(facts?.env, read.name).to.include(MARK)
        expect(facts?.argv.slice(0, 2), read.name).to.deep.equal(['sleep', '100'])
        expect(markOf('team', marksAbove(read, child.pid))?.agent, read.name).to.equal('A-1')
      }
    } finally {
      child.kill('SIGKILL')
    }
  })
})
