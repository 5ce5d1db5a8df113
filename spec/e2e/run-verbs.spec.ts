/** A person and a run: pause, cancel, retry, stop, submit, approve, wait, and what the verbs print. */
import { expect } from 'chai'
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import type { EventRow, StatusDocument, TaskRow } from '../../lib/core/protocol/status.js'
import { eventually } from '../support/eventually.js'
import { withOrchestra } from '../support/orchestra.js'
import { finishedTasks } from '../support/run-rig.js'

const AGENTS = `agent_types:
  quick: { extends: demo, env: { DEMO_SPEED: "10" } }
agents:
  A-1: { type: quick, role: work }
  A-2: { type: quick, role: work }
`
const head = (session: string, more = '') => `version: 1
session: ${session}
machines: { here: { kind: local${more} } }
${AGENTS}`

const statusOf = (status: StatusDocument, id: string) => status.tasks.find((task) => task.id === id)?.status

describe('a person in a run', function () {
  it('pauses, cancels, stops, submits, approves, and reads how it went', async () => {
    await withOrchestra(async (orchestra) => {
      const layout = orchestra.write(
        'verbs.yaml',
        `${head('verbs')}  A-3: { type: quick, role: other, restart: never }
tasks:
  one: { title: one, role: work, estimate: 50s }
  two: { title: two, role: work, estimate: 5s, needs: [one] }
  three: { title: three, role: work, estimate: 5s, needs: [two] }
  never: { title: never, role: work, needs: [two] }
  long: { title: long, role: other, estimate: 300s }
  after-gate: { title: behind the gate, role: work, estimate: 1s, needs: [ok] }
  after-no: { title: behind the other, role: work, needs: [not-ok] }
gates:
  ok: { after: [one], approve: human }
  not-ok: { after: [one], verify: ['true'], approve: human }
`,
      )
      await orchestra.ok('up', layout, '-d')
      expect((await orchestra.status()).run.phase).to.equal('idle')
      await orchestra.ok('run')

      // Paused: what works goes on, nothing new starts.
      await orchestra.untilStatus((status) => statusOf(status, 'one') === 'IN_PROGRESS')
      await orchestra.ok('pause')
      expect((await orchestra.run(['pause'])).code).to.not.equal(0)
      await orchestra.untilStatus((status) => statusOf(status, 'two') === 'READY')
      expect(
        await orchestra.ok(
          'submit',
          'sent later',
          '--role=work',
          '--needs=two',
          '--id=later',
          '--estimate=1h',
        ),
      ).to.equal('later\n')
      const later = (await orchestra.status()).tasks.find(({ id }) => id === 'later')
      expect(later?.estimated_time).to.equal(3600)
      expect((await orchestra.run(['submit', 'when', '--estimate', 'soon'])).code).to.equal(2)
      await orchestra.ok('cancel', 'never')
      await orchestra.ok('cancel', 'never')
      expect((await orchestra.run(['submit', 'wrong', '--needs', 'nobody'])).code).to.equal(2)
      expect(statusOf(await orchestra.status(), 'two')).to.equal('READY')
      await orchestra.ok('resume')
      await orchestra.untilStatus((status) => status.gates.every(({ status: is }) => is === 'waiting'))
      const { attention } = (await orchestra.status()).summary
      expect(attention.filter(({ kind }) => kind === 'gate_waiting').map(({ id }) => id)).to.have.members([
        'ok',
        'not-ok',
      ])
      await orchestra.ok('approve', 'ok', '-y')
      await orchestra.ok('deny', 'not-ok')
      expect(await orchestra.ok('wait', 'after-gate', '--for', 'COMPLETED', '--timeout', '50s')).to.include(
        'COMPLETED',
      )
      const blocked = await orchestra.run(['wait', 'after-no', '--for', 'COMPLETED', '--timeout', '300ms'])
      expect([blocked.code, blocked.stdout]).to.deep.equal([1, 'after-no is BLOCKED\n'])
      const look = await orchestra.run(['wait', 'after-no', '--for', 'COMPLETED', '--timeout', '0s'])
      expect([look.code, look.stdout]).to.deep.equal([1, 'after-no is BLOCKED\n'])
      // Without a timeout, these would be waited for without end.
      const agent = await orchestra.run(['wait', 'A-3', '--for', 'COMPLETED'])
      expect([agent.code, agent.stderr]).to.satisfy(
        ([code, said]: [number, string]) =>
          code === 2 && said.includes('A-3 is an agent, which is never COMPLETED'),
      )
      expect((await orchestra.run(['wait', 'after-no', '--for', 'idle'])).code).to.equal(2)

      // A running task, cancelled twice: its agent is interrupted and free again.
      await orchestra.untilStatus((status) => statusOf(status, 'long') === 'IN_PROGRESS')
      await orchestra.untilStatus(
        (status) => status.agents.find(({ id }) => id === 'A-3')?.state === 'working',
      )
      await Promise.all([orchestra.ok('cancel', 'long'), orchestra.ok('cancel', 'long')])
      await orchestra.untilStatus((status) => {
        expect(statusOf(status, 'long')).to.equal('CANCELLED')
        const agent = status.agents.find(({ id }) => id === 'A-3')
        expect(agent).to.include({ state: 'idle', task: null, generation: 1 })
      })

      // Stopped while it works: the task waits for an agent, and is done when it is back.
      await orchestra.ok('retry', 'long')
      await orchestra.untilStatus(
        (status) => status.agents.find(({ id }) => id === 'A-3')?.state === 'working',
      )
      await orchestra.ok('stop', 'A-3')
      await orchestra.untilStatus((status) => {
        expect(status.agents.find(({ id }) => id === 'A-3')?.state).to.equal('exited')
        expect(statusOf(status, 'long')).to.not.equal('IN_PROGRESS')
      })
      const again = await orchestra.run(['stop', 'A-3'])
      expect([again.code, again.stdout]).to.deep.equal([1, ''])
      expect(again.stderr).to.include('A-3 is not running').and.include('orchestra restart A-3')
      await orchestra.ok('cancel', 'long')
      await orchestra.untilStatus((status) => statusOf(status, 'later') === 'IN_PROGRESS')
      await orchestra.ok('cancel', 'later')
      const tasks = await finishedTasks(orchestra)
      expect(Object.fromEntries(tasks.map(({ id, status }) => [id, status]))).to.deep.equal({
        one: 'COMPLETED',
        two: 'COMPLETED',
        three: 'COMPLETED',
        never: 'CANCELLED',
        long: 'CANCELLED',
        'after-gate': 'COMPLETED',
        'after-no': 'BLOCKED',
        later: 'CANCELLED',
      })

      const ended = await orchestra.run(['run', '--wait'])
      expect(ended.code).to.equal(1)
      expect(ended.stdout)
        .to.include('after-no: BLOCKED')
        .and.include(`denied by person:${process.getuid?.()}`)
      const report = await orchestra.ok('report', '-o', 'report-here.md').then(() => orchestra.ok('report'))
      expect(readFileSync(`${orchestra.work}/report-here.md`, 'utf8')).to.equal(report)
      for (const [format, part] of [
        ['ascii', 'after-gate'],
        ['mermaid', 'flowchart'],
        ['dot', 'digraph'],
        ['json', '"nodes"'],
      ] as const) {
        const text = await orchestra.ok('graph', '-f', format)
        expect(text, format).to.include(part).and.include('after-gate')
      }
    })
  })

  it('follows the events as JSON lines, and waits for the run with its exit code', async () => {
    await withOrchestra(async (orchestra) => {
      const layout = orchestra.write(
        'wait.yaml',
        `${head('waited')}tasks:
  one: { title: one, role: work, estimate: 50s }
  two: { title: two, role: work, estimate: 5s, needs: [one] }
  bad: { type: command, command: 'exit 1', needs: [two], retry: { attempts: 1 } }
`,
      )
      const dry = await orchestra.run(['run', layout, '--dry-run'])
      expect(dry.code, dry.stderr).to.equal(0)
      expect(dry.stdout)
        .to.include('one')
        .and.match(/critical/i)
      expect(orchestra.sessions()).to.deep.equal([])
      await orchestra.ok('up', layout, '-d')
      const followed = spawn(process.execPath, [orchestra.program, 'events', '-f', '--json'], {
        env: orchestra.env,
      })
      let lines = ''
      followed.stdout.on('data', (chunk: Buffer) => (lines += chunk.toString()))
      const waited = await orchestra.run(['run', '--wait', '--json'])
      expect(waited.code).to.equal(1)
      expect(JSON.parse(waited.stdout)).to.nested.include({ finished: true, 'summary.completed': 2 })
      await eventually(() => {
        const rows = lines
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line) as EventRow)
        expect(rows.map((row) => row.seq)).to.deep.equal(rows.map((_, i) => (rows[0]?.seq ?? 0) + i))
        // What an agent's screen says last may come after it.
        expect(rows.map((row) => row.type)).to.include('run.finished')
      })
      const closed = new Promise((resolve) => followed.once('close', resolve))
      await orchestra.ok('down')
      expect(await closed).to.equal(3)
    })
  })

  it('gets 0 when everything was completed, disabled tasks aside', async () => {
    await withOrchestra(async (orchestra) => {
      const layout = orchestra.write(
        'good.yaml',
        `${head('good')}tasks:
  one: { title: one, role: work, estimate: 1s }
  off: { title: off, role: work, disabled: true }
`,
      )
      const { code, stdout, stderr } = await orchestra.run(['run', layout, '--wait'])
      expect(code, stdout + stderr).to.equal(0)
      const again = await orchestra.run(['up', layout, '-d', '--run'])
      expect(again.code).to.equal(0)
      expect(again.stderr).to.match(/^warning: the run has ended.*orchestra run --again/)
    })
  })

  it('has no more at work than the capacity of the machine, and wave after wave with a barrier', async () => {
    await withOrchestra(async (orchestra) => {
      const layout = orchestra.write(
        'narrow.yaml',
        `${head('narrow', ', capacity: 1')}tasks:
  a1: { title: a1, role: work, estimate: 3s }
  a2: { title: a2, role: work, estimate: 3s }
  b1: { title: b1, role: work, estimate: 3s, needs: [a1] }
  c: { type: command, command: 'sleep 0.3', needs: [a2] }
waves: { barrier: true }
`,
      )
      await orchestra.ok('up', layout, '-d', '--run')
      const tasks = await finishedTasks(orchestra)
      const spans = tasks
        .map((task): [TaskRow, number, number] => [
          task,
          Date.parse(task.started_at ?? ''),
          Date.parse(task.ended_at ?? ''),
        ])
        .toSorted((a, b) => a[1] - b[1])
      for (const [i, [, start]] of spans.entries())
        if (i > 0) expect(start).to.be.at.least(spans[i - 1]?.[2] ?? 0)
      expect(spans.slice(0, 2).map(([task]) => task.id)).to.have.members(['a1', 'a2'])
    })
  })

  it('is warned when tasks that may run at once share their outputs', async () => {
    await withOrchestra(async (orchestra) => {
      const layout = orchestra.write(
        'shared.yaml',
        `${head('shared')}tasks:
  one: { title: one, role: work, outputs: [src/app.ts] }
  two: { title: two, role: work, outputs: [src/] }
  three: { title: three, role: work, needs: [one], outputs: [src/app.ts] }
`,
      )
      for (const verb of [
        ['plan', layout],
        ['run', layout, '--dry-run'],
        ['validate', layout],
      ]) {
        const { stdout, stderr, code } = await orchestra.run(verb)
        expect(code, stderr).to.equal(0)
        expect(stdout + stderr, verb.join(' ')).to.match(/one.*two|two.*one/)
        expect(stdout + stderr).to.include('src/')
      }
    })
  })
})
