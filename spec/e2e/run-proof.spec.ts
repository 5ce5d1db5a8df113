/** Nothing is done until it is proved: every kind of proof, what is checked after it, and one who lies. */
import { expect } from 'chai'
import type { EventRow, TaskRow } from '../../lib/core/protocol/status.js'
import { writeOddAgents } from '../support/liar-agent.js'
import { Orchestra } from '../support/orchestra.js'
import { finishedTasks } from '../support/run-rig.js'

const MARKERS = [
  'plain',
  'old',
  'drawn',
  'linked',
  'bold',
  'silent',
  'indented',
  'coloured',
  'bullet',
  'japanese',
  'wrapped',
  'narrow',
  'painted',
  'percent',
  'flooded',
  'oldflood',
]

describe('the proof of a task', function () {
  let orchestra: Orchestra
  let tasks: readonly TaskRow[]
  let events: readonly EventRow[]
  const task = (id: string) => tasks.find((row) => row.id === id)

  before(async () => {
    orchestra = new Orchestra()
    const { liar, teller } = writeOddAgents(orchestra.work)
    orchestra.write('made/there.txt', 'made before the run')
    const layout = orchestra.write(
      'proof.yaml',
      `version: 1
session: proof
machines: { here: { kind: local } }
agent_types:
  teller: { extends: command, command: [sh, ${teller}], cwd: ${orchestra.work} }
  liar: { extends: demo, command: [sh, ${liar}] }
agents:
  HONEST: { type: teller, role: tell }
  TELLER-2: { type: teller, role: tell }
  TELLER-3: { type: teller, role: tell }
  SLOW: { type: demo, role: slow }
  LIAR: { type: liar, role: lie }
tasks:
  slow: { title: works while the liar knows its nonce, role: slow, estimate: 9s }
  lied: { title: work honestly, role: lie, timeout: 15s, retry: { attempts: 1 } }
  after-lied: { title: never, role: tell, needs: [lied] }
${[...MARKERS, 'failing', 'stuck', 'itself', 'reported'].map((id) => `  ${id}: { title: ${id}, role: tell }`).join('\n')}
  exit-0: { type: command, command: 'echo fine' }
  exit-3: { type: command, command: 'echo broken >&2; exit 3' }
  exit-3-is-good: { type: command, command: 'exit 3', success_exit_codes: [0, 3] }
  signal: { type: command, command: 'kill -TERM $$' }
  verified: { title: checked, role: tell, verify: ['test -s made/there.txt', 'true'] }
  not-verified: { title: checked, role: tell, verify: ['true', 'echo not good; exit 7', 'echo never'] }
  verified-later: { title: checked, role: tell, retry: { attempts: 3, delay: 200ms }, verify: ['echo x >> tries; test $(wc -l < tries) -ge 2'] }
  no-outputs: { title: leaves nothing, role: tell, outputs: [made/nothing.txt, made/there.txt] }
  with-outputs: { title: leaves it, role: tell, outputs: [made/there.txt, made/] }
  no-outputs-itself: { type: command, command: 'true', cwd: ${orchestra.work}, outputs: [made/nothing.txt] }
`,
    )
    await orchestra.ok('up', layout, '-d', '--run')
    tasks = await finishedTasks(orchestra)
    events = await orchestra.json<EventRow[]>('events', '-n', '2000')
  })

  after(() => orchestra.close())

  for (const id of MARKERS) {
    it(`is a marker on the screen, ${id}`, () => {
      expect(task(id)).to.include({ status: 'COMPLETED', proof: 'marker', attempts: 1 })
    })
  }

  it('is a marker that says it failed, or that it is blocked', () => {
    expect(task('failing')).to.include({ status: 'FAILED', proof: 'marker' })
    expect(task('stuck')).to.include({ status: 'BLOCKED', proof: 'marker' })
  })

  it('is the report program, or a status file that the agent wrote itself with the right nonce', () => {
    expect(task('reported')).to.include({ status: 'COMPLETED', proof: 'report' })
    expect(task('itself')).to.include({ status: 'COMPLETED', proof: 'result' })
  })

  it('is the exit status of a command', () => {
    expect(task('exit-0')).to.include({ status: 'COMPLETED', proof: 'exit' })
    expect(task('exit-3-is-good')).to.include({ status: 'COMPLETED', proof: 'exit' })
    expect(task('exit-3')).to.include({ status: 'FAILED', proof: 'exit' })
    expect(task('exit-3')?.reason).to.include('exit status 3: broken')
    expect(task('signal')?.status).to.equal('FAILED')
  })

  it('is checked by the verify commands of the task', () => {
    expect(task('verified')?.status).to.equal('COMPLETED')
    expect(task('not-verified')?.status).to.equal('FAILED')
    expect(task('not-verified')?.reason).to.include('exit status 7')
    expect(task('verified-later')).to.include({ status: 'COMPLETED', attempts: 2 })
  })

  it('is nothing without the outputs', () => {
    expect(task('with-outputs')?.status).to.equal('COMPLETED')
    expect(task('no-outputs')?.status).to.equal('FAILED')
    expect(task('no-outputs')?.reason).to.include('made/nothing.txt').and.not.include('there.txt')
    expect(task('no-outputs-itself')?.status).to.equal('FAILED')
  })

  it('is nothing that a liar says: its task times out', () => {
    expect(task('lied')).to.include({ status: 'FAILED', attempts: 1, attempt_status: 'timed_out' })
    expect(task('lied')?.reason).to.include('took longer than 15 s')
    expect(task('after-lied')?.status).to.equal('BLOCKED')
    expect(task('after-lied')?.reason).to.include('lied')
  })

  it('is nothing that somebody else says: the task whose nonce the liar printed worked to its end', () => {
    const slow = task('slow')
    expect(slow).to.include({ status: 'COMPLETED', proof: 'report', attempts: 1 })
    expect(Date.parse(slow?.ended_at ?? '') - Date.parse(slow?.started_at ?? '')).to.be.at.least(9000)
  })

  it('leaves a note of everything that was not believed', () => {
    const noted = events
      .filter((event) => event.type === 'report.ignored' && event.subject === 'LIAR')
      .map((event) => event.text)
    for (const part of [
      'nonce',
      'agent_id',
      'task_id',
      'not JSON',
      'a link',
      'no regular file',
      'larger than 64 KB',
    ])
      expect(noted.join('\\n')).to.include(part)
  })

  it('does not come from a liar who ignores being interrupted: it is started anew, alone at its task', async () => {
    const noted = events.filter((event) => event.subject === 'LIAR').map((event) => event.text)
    expect(noted.join('\\n')).to.include('although it was interrupted')
    await orchestra.untilStatus((status) =>
      status.agents.some((agent) => agent.id === 'LIAR' && agent.generation === 2),
    )
  })
})
