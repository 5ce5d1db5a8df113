import { expect } from 'chai'
import { attemptId, type AgentId, type Nonce, type TaskId } from '../../../../lib/core/ids.js'
import { Bench } from './bench.js'
import { PERSON } from '../../../support/principals.js'

const A = 'A' as AgentId
const layout = { agents: { A: { behaviour: 'codex' as const, mode: 'headless' as const } }, tasks: { a: {} } }

/** It was given the task, and its process runs. */
function running(): Bench {
  const bench = new Bench(layout)
  bench.see('A', 'idle', { evidence: 'process' })
  bench.event({
    type: 'attempt.started',
    attempt: attemptId('a' as TaskId, 1),
    task: 'a' as TaskId,
    agent: A,
    generation: 1,
    machine: bench.agent('A').machine,
    nonce: 'aaaaaaaa' as Nonce,
    random: 0,
    headless: true,
  })
  bench.event({ type: 'attempt.running', attempt: bench.attemptOf('a'), pid: null, unconfirmed: '' })
  return bench
}

describe('a headless agent', () => {
  it('is given tasks only while it is known to be idle', () => {
    const bench = new Bench({ ...layout, agents: { A: { behaviour: 'command', mode: 'headless' } } })
    bench.see('A', 'working')
    expect(bench.said()).to.deep.equal([])
    bench.see('A', 'limited')
    expect(bench.said()).to.deep.equal([])
    bench.see('A', 'idle')
    expect(bench.said()).to.deep.equal(['attempt.start:a.1'])
  })

  it('keeps its attempt when its pane goes, and its result counts', () => {
    const bench = running()
    bench.exit('A', null)
    expect(bench.attempt('a')).to.include({ phase: 'running', headless: true })
    expect(bench.said()).to.deep.equal([])
    bench.finish('a')
    expect(bench.status('a')).to.deep.equal(['COMPLETED'])
    expect(bench.agent('A').attempt).to.equal(null)
  })

  it('loses its attempt when a person stops it or starts it anew', () => {
    for (const more of [
      { type: 'agent.stop_requested' as const },
      { type: 'agent.restart_requested' as const, reason: null },
    ]) {
      const bench = running()
      bench.event({ ...more, agent: A, by: PERSON })
      expect(bench.said()).to.deep.equal(['agent.stop:A:1'])
      bench.exit('A', null)
      expect(bench.attempt('a')).to.include({ phase: 'ended', status: 'cancelled' })
    }
  })

  it('whose pane went before is stopped with what runs for it', () => {
    const bench = running()
    bench.exit('A', null)
    bench.event({ type: 'agent.stop_requested', agent: A, by: PERSON })
    expect(bench.said()).to.deep.equal(['attempt.stop:a.1:cancelled'])
  })

  it('loses its attempt with its machine', () => {
    const bench = running()
    bench.event({ type: 'machine.reset', machine: bench.agent('A').machine, reason: 'reboot', by: null })
    expect(bench.attempt('a')).to.include({ phase: 'ended', status: 'lost' })
  })

  it('stays what it was started as until it is started anew', () => {
    const bench = running()
    bench.relayout({ ...layout, agents: { A: { behaviour: 'codex', mode: 'interactive' } } })
    expect(bench.agent('A')).to.include({ mode: 'headless', specChanged: true })
  })
})
