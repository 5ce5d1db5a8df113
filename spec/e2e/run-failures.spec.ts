/** When things fail: retries, fallbacks, what is blocked and why, what goes on, and what the next one is told. */
import { expect } from 'chai'
import { chmodSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ApiClient } from '../../lib/api/client.js'
import type { EventRow, TaskRow } from '../../lib/core/protocol/status.js'
import { Orchestra } from '../support/orchestra.js'
import { finishedTasks } from '../support/run-rig.js'

/** At its first task it leaves a checkpoint and dies; then it goes on from what it is told. */
const MORTAL = `#!/bin/sh
while IFS= read -r line; do
  case $line in 'TASK '*) ;; *) continue ;; esac
  if [ ! -f died ]; then
    echo x > died
    echo 'half of it' > part.txt
    orchestra-report status 0.5 'half done'
    orchestra-report checkpoint part.txt
    exit 9
  fi
  cp "$ORCHESTRA_DIR/context.md" told.md
  cp "$ORCHESTRA_DIR/checkpoints/mortal" resumed.txt
  orchestra-report done 'went on'
done
`

describe('a run in which much goes wrong', function () {
  let orchestra: Orchestra
  let tasks: readonly TaskRow[]
  let events: readonly EventRow[]
  const task = (id: string) => {
    const found = tasks.find((row) => row.id === id)
    if (found === undefined) throw new Error(`there is no ${id}`)
    return found
  }
  const startsOf = (id: string) =>
    events
      .filter((event) => event.type === 'attempt.started' && event.subject === id)
      .map((event) => Date.parse(event.at))

  before(async () => {
    orchestra = new Orchestra()
    const mortal = orchestra.write('mortal.sh', MORTAL)
    chmodSync(mortal, 0o755)
    orchestra.write('there.txt', 'was there before')
    const layout = orchestra.write(
      'failures.yaml',
      `version: 1
session: failures
machines: { here: { kind: local, capacity: 12 } }
agent_types:
  quick: { extends: demo, env: { DEMO_SPEED: "20" }, cwd: ${orchestra.work} }
  failing: { extends: quick, env: { DEMO_FAIL: "1", DEMO_SPEED: "20" } }
  dying: { extends: quick, env: { DEMO_EXIT: "3", DEMO_SPEED: "2" } }
  hanging: { extends: quick, env: { DEMO_HANG: "1" } }
  mortal: { extends: command, command: [sh, ${mortal}], cwd: ${orchestra.work}, restart: on-failure }
agents:
  CCG-1: { type: quick, role: planning }
  CCG-2: { type: quick, role: planning }
  CG-1: { type: dying, role: implement }
  FAIL-1: { type: failing, role: fail }
  HANG-1: { type: hanging, role: hang }
  MORTAL: { type: mortal }
tasks:
  first: { title: first, role: planning, estimate: 4s, outputs: [first.txt] }
  mortal: { title: dies once, agent: MORTAL, needs: [first], retry: { attempts: 2, delay: 100ms } }
  retried: { title: fails, role: fail, estimate: 2s, retry: { attempts: 3, delay: 400ms, backoff: 2, jitter: 0 } }
  blocked-1: { title: waits for it, role: planning, needs: [retried] }
  blocked-2: { title: waits for that, role: planning, needs: [blocked-1, first] }
  useless: { type: command, command: 'exit 9', retry: { attempts: 3, delay: 100ms, except: ['exit:9'] } }
  retried-command: { type: command, command: 'exit 8', retry: { attempts: 2, delay: 100ms, except: ['exit:9'] } }
  fallen: { title: codex goes, role: implement, fallback: planning, estimate: 4s }
  done-before: { title: is done, role: planning, when_already_done: 'test -s there.txt && echo it stands there', machine: here, cwd: ${orchestra.work} }
  not-done-before: { title: is not done, role: planning, when_already_done: 'test -s nowhere.txt', estimate: 2s }
  late: { title: hangs, role: hang, timeout: 1500ms }
  off: { title: off, role: planning, disabled: true }
  needs-off: { title: never, role: planning, needs: [off] }
  behind-gate: { title: behind, role: planning, needs: [good-gate], estimate: 2s }
  behind-bad-gate: { title: behind, role: planning, needs: [bad-gate] }
gates:
  good-gate: { after: [first], verify: ['test -s first.txt', 'echo again >> gate-ran.txt'], cwd: ${orchestra.work} }
  bad-gate: { after: [first], verify: ['true', 'echo the gate says no; exit 5'] }
`,
    )
    await orchestra.ok('up', layout, '-d', '--run')
    tasks = await finishedTasks(orchestra)
    events = await orchestra.json<EventRow[]>('events', '-n', '2000')
  })

  after(() => orchestra.close())

  it('tries again as often and as late as the task says, and then gives up with the reason', () => {
    expect(task('retried')).to.include({ status: 'FAILED', attempts: 3 })
    expect(task('retried').reason).to.include('attempt 3 failed')
    const [one = 0, two = 0, three = 0] = startsOf('retried')
    expect(two - one).to.be.at.least(400)
    expect(three - two).to.be.at.least(800)
  })

  it('blocks what needed it, down the whole chain, with the cause', () => {
    for (const id of ['blocked-1', 'blocked-2']) {
      expect(task(id)).to.include({ status: 'BLOCKED', attempts: 0 })
      expect(task(id).reason).to.include('retried').and.include('FAILED')
    }
    expect(task('blocked-2').reason).to.include('blocked-1')
  })

  it('does not try again what the task excepts', () => {
    expect(task('useless')).to.include({ status: 'FAILED', attempts: 1 })
    expect(task('retried-command')).to.include({ status: 'FAILED', attempts: 2 })
  })

  it('gives to a fallback what the one who was to do it cannot do', () => {
    expect(task('fallen')).to.include({ status: 'COMPLETED', attempts: 2 })
    expect(task('fallen').agent).to.match(/^CCG-/)
  })

  it('tells the next attempt what the last one did, and gives it its checkpoint', async () => {
    expect(task('mortal')).to.include({ status: 'COMPLETED', attempts: 2, agent: 'MORTAL' })
    const told = readFileSync(join(orchestra.work, 'told.md'), 'utf8')
    for (const part of [
      'dies once',
      'first.txt',
      'Attempt 1 by MORTAL: failed',
      'half done',
      'checkpoints/mortal',
    ])
      expect(told).to.include(part)
    expect(readFileSync(join(orchestra.work, 'resumed.txt'), 'utf8')).to.equal('half of it\n')
    expect(await orchestra.ok('context', 'mortal')).to.include('Attempt 2 by MORTAL: succeeded')
  })

  it('asks whether a task is done already, and then does not do it', () => {
    expect(task('done-before')).to.include({ status: 'COMPLETED', attempts: 0 })
    expect(task('done-before').reason).to.include('it stands there')
    expect(task('not-done-before')).to.include({ status: 'COMPLETED', attempts: 1 })
  })

  it('ends what takes too long', () => {
    expect(task('late')).to.include({ status: 'FAILED', attempt_status: 'timed_out' })
  })

  it('leaves out what is disabled, and blocks what needs it', () => {
    expect(task('off')).to.include({ status: 'CANCELLED', reason: 'disabled in the layout' })
    expect(task('needs-off').status).to.equal('BLOCKED')
    expect(task('needs-off').reason).to.include('off')
  })

  it('opens a gate when its commands pass, once, and blocks what stands behind one that does not', async () => {
    expect(task('behind-gate').status).to.equal('COMPLETED')
    expect(readFileSync(join(orchestra.work, 'gate-ran.txt'), 'utf8')).to.equal('again\n')
    expect(task('behind-bad-gate').status).to.equal('BLOCKED')
    expect(task('behind-bad-gate').reason).to.include('bad-gate').and.include('exit status 5')
  })

  it('says of a gate that failed that a yes has it looked at again', async () => {
    expect(await orchestra.ok('approve', 'bad-gate', '-y')).to.include('looked at again')
    await orchestra.untilStatus(({ gates }) =>
      gates.some(({ id, status }) => id === 'bad-gate' && status === 'failed'),
    )
  })

  it('keeps a history in which every attempt ended', async () => {
    const report = await orchestra.ok('report')
    expect(report).to.include('fallen').and.include('FAILED')
    const socket = `${orchestra.state}/run/failures.sock`
    const history = await new ApiClient(socket).get<{ status: string }[]>('/v1/executions')
    expect(history.map(({ status }) => status)).to.not.include('running')
    expect(history).to.have.length(tasks.reduce((sum, { attempts }) => sum + attempts, 0))
    const results = JSON.parse(
      readFileSync(join(orchestra.state, 'runs/failures/results/fallen.json'), 'utf8'),
    ) as { attempts: { status: string }[] }
    expect(results.attempts.map(({ status }) => status)).to.deep.equal(['failed', 'succeeded'])
  })

  it('goes on after `retry`, from the failed task to all that waited for it', async () => {
    await orchestra.ok('cancel', 'retried').then(
      () => expect.fail('a failed task was cancelled'),
      (error: Error) => expect(error.message).to.include('FAILED'),
    )
    await orchestra.ok('retry', 'needs-off').then(
      () => expect.fail('a task was tried again that what it needs keeps blocked'),
      (error: Error) =>
        expect(error.message).to.include('needs-off would be blocked again').and.include('off'),
    )
    await orchestra.ok('retry', 'late')
    await orchestra.untilStatus((status) =>
      status.tasks.some(({ id, attempts }) => id === 'late' && attempts === 2),
    )
    await orchestra.ok('cancel', 'late')
    await orchestra.ok('wait', 'late', '--for', 'CANCELLED', '--timeout', '50s')
  })
})
