/** A layout that is edited while its tasks run: what `plan` and `up` say, what they ask, and what an attempt was told. */
import { expect } from 'chai'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { PlanStep } from '../../lib/core/protocol/api.js'
import type { StatusDocument } from '../../lib/core/protocol/status.js'
import { eventually } from '../support/eventually.js'
import { withOrchestra, type Orchestra } from '../support/orchestra.js'
import { endProcess, isAlive } from '../support/processes.js'

const layoutOf = (tasks: string, more = '') => `version: 1
session: edits
machines: { here: { kind: local } }
agents:
  a: { type: demo }
  b: { type: demo }
windows:
  - { name: Desk, command: [bash] }
  - { name: Work, agents: [a, b] }
${more}tasks:
${tasks}`
const T1 = '  t1: { title: one, agent: a, estimate: 300s, prompt: do ONE }\n'
const T2 = '  t2: { title: two, agent: b, estimate: 300s, prompt: do TWO }\n'
const T3 = '  t3: { title: three, agent: a, needs: [t1], prompt: do THREE }\n'

const statusOf = (doc: StatusDocument, id: string) => doc.tasks.find((task) => task.id === id)
const isRunning =
  (...ids: string[]) =>
  (doc: StatusDocument) =>
    expect(ids.map((id) => statusOf(doc, id)?.status)).to.deep.equal(ids.map(() => 'IN_PROGRESS'))

async function started(o: Orchestra): Promise<string> {
  const path = o.write('orchestra.yaml', layoutOf(T1 + T2 + T3))
  await o.ok('up', path, '-d', '--run')
  await o.untilStatus(isRunning('t1', 't2'))
  return path
}

/** `up -d` on a terminal of a person; `answer` is typed when it asks. Returns what stands on the screen then. */
async function upOnTerminal(o: Orchestra, path: string, answers: readonly string[]): Promise<string> {
  const env = Object.entries(o.env).map(([name, value]) => `${name}=${value}`)
  const command = [process.execPath, o.program, 'up', path, '-d']
  const line = `${['env', '-i', ...env, ...command].map((word) => `'${word}'`).join(' ')}; echo "exit $?"; sleep 60`
  o.tmux('new-session', '-d', '-s', 'person', '-x', '110', '-y', '40', line)
  const screen = () => o.screen('=person:')
  for (const [i, answer] of answers.entries()) {
    await eventually(() => expect(screen().match(/\[y\/N\] ?$/gm) ?? []).to.have.length.at.least(1), 20_000)
    await eventually(() => expect(screen().split('[y/N]')).to.have.length(i + 2), 20_000)
    o.tmux('send-keys', '-t', '=person:', answer, 'Enter')
  }
  await eventually(() => expect(screen()).to.match(/^exit \d/m), 30_000)
  const said = screen()
  o.tmux('kill-session', '-t', '=person')
  return said
}

describe('a layout that is edited while it runs', function () {
  it('is listed by plan, asked for before running work is cancelled, and told by up', async () => {
    await withOrchestra(async (o) => {
      const path = await started(o)
      const docs = '  docs: { title: docs, estimate: 1s }\n'
      o.write('orchestra.yaml', layoutOf(T2.replace('do TWO', 'do OTHER') + docs))
      const plan = await o.ok('plan', path)
      expect(plan).to.match(/^- cancel task t1 \(running on a since \d+s\)$/m)
      expect(plan).to.match(/^~ task t2 \(running: the new prompt counts from its next attempt\)$/m)
      expect(plan).to.match(/^\+ task docs \(starts at once: the run goes on\)$/m)
      expect(plan).to.match(/^- remove task t3 \(pending, never started\)$/m)
      const { steps } = await o.json<{ steps: PlanStep[] }>('plan', path)
      expect(steps.find(({ subject }) => subject === 't1')).to.deep.include({
        action: 'cancel',
        kind: 'task',
      })

      const refused = await o.run(['up', path, '-d'])
      expect(refused.code).to.equal(1)
      expect(refused.stdout).to.equal('')
      expect(refused.stderr).to.match(/nothing was changed:\n +- cancel task t1 \(running on a/)
      expect(refused.stderr).to.include('--yes')
      expect((await o.run(['run', path])).code, 'by another verb').to.equal(1)
      isRunning('t1', 't2')(await o.status())
      expect(statusOf(await o.status(), 'docs')).to.equal(undefined)

      expect(await upOnTerminal(o, path, ['n'])).to.match(/cancel task t1[^]*nothing was changed[^]*exit 1/)
      isRunning('t1', 't2')(await o.status())

      const yes = await o.ok('up', path, '-d', '--yes')
      expect(yes).to.match(/^- cancel task t1 \(running on a since/m)
      expect(yes).to.include('1 task added, 1 task changed, 1 task cancelled, 1 task removed')
      await o.untilStatus((doc) =>
        expect(statusOf(doc, 't1')).to.include({
          status: 'CANCELLED',
          reason: 'it is not in the layout any more',
        }),
      )
      expect(await o.ok('context', 't2')).to.match(/do TWO[^]*t2\.1 was told this.*\(prompt\)/)
      expect(await o.ok('report')).to.match(/What attempts were told[^]*do TWO/)

      o.write('orchestra.yaml', layoutOf(T1 + T2 + T3 + docs))
      expect(await o.ok('plan', path)).to.match(/^\+ task t1 \(in the layout again, pending again/m)
      await o.ok('up', path, '-d')
      await o.untilStatus(isRunning('t1', 't2'))
      expect(await o.ok('up', path, '-d')).to.include('nothing to do')
    })
  })

  it('asks again when what runs has changed since it was shown', async () => {
    await withOrchestra(async (o) => {
      const path = await started(o)
      o.write('orchestra.yaml', layoutOf(T2))
      const up = (consent?: readonly string[]) => o.post('/v1/up', { layout: path, consent })
      const first = await up()
      expect(first.body.error?.asks?.map(({ asks }) => asks)).to.deep.equal(['t1.1'])
      expect((await up(['t2.1'])).status, 'another list').to.not.equal(200)
      // Meanwhile its agent is lost, and it is tried again: that attempt was not shown.
      await o.ok('restart', 'a')
      await o.untilStatus((doc) =>
        expect(statusOf(doc, 't1')).to.include({ attempt: 2, status: 'IN_PROGRESS' }),
      )
      expect((await up(['t1.1'])).body.error?.asks?.map(({ asks }) => asks)).to.deep.equal(['t1.2'])
      expect((await up(['t1.2'])).status).to.equal(200)
    })
  })

  it('stays right when two are at it, and when the daemon is killed in the middle', async () => {
    await withOrchestra(async (o) => {
      const path = await started(o)
      const other = o.write('other.yaml', layoutOf(T1))
      o.write('orchestra.yaml', layoutOf(T2))
      const both = await Promise.all([
        o.run(['up', path, '-d', '--yes']),
        o.run(['up', other, '-d', '--yes']),
      ])
      expect(both.map(({ code }) => code)).to.deep.equal([0, 0])
      await o.untilStatus((doc) => {
        const left = doc.tasks.filter(({ status }) => status !== 'CANCELLED').map(({ id }) => id)
        expect(left).to.have.length(1)
        expect(['t1', 't2']).to.include(left[0])
      })
      o.write('orchestra.yaml', layoutOf(T1 + T2))
      const pid = o.daemonPid('edits') ?? 0
      const cut = o.run(['up', path, '-d', '--yes'])
      endProcess(pid)
      await eventually(() => expect(isAlive(pid)).to.equal(false))
      await cut
      await o.ok('up', path, '-d', '--yes')
      await o.untilStatus(isRunning('t1', 't2'), 40_000)
      const events = readFileSync(join(o.state, 'runs/edits/task_queue.json'), 'utf8')
      expect(events).to.include('t1').and.to.include('t2')

      // A daemon that has to be started for it asks as well, and leaves all as it was.
      const last = o.daemonPid('edits') ?? 0
      endProcess(last)
      await eventually(() => expect(isAlive(last)).to.equal(false))
      o.write('orchestra.yaml', layoutOf(T1))
      const refused = await o.run(['up', path, '-d'])
      expect([refused.code, refused.stderr]).to.satisfy(
        ([code, said]: [number, string]) => code === 1 && said.includes('- cancel task t2'),
      )
      await eventually(() => expect(o.daemonPid('edits')).to.equal(undefined))
      o.write('orchestra.yaml', layoutOf(T1 + T2))
      await o.ok('up', path, '-d')
      isRunning(
        't1',
        't2',
      )(await o.untilStatus((doc) => (doc.machines[0]?.state === 'online' ? doc : false) as StatusDocument))
    })
  })

  it('does not begin a run again that has ended', async () => {
    await withOrchestra(async (o) => {
      const quick = '  t1: { title: one, type: command, command: "true" }\n'
      const more = `${quick}  docs: { title: docs, type: command, command: "true" }\n`
      const path = o.write('orchestra.yaml', layoutOf(quick))
      await o.ok('up', path, '-d', '--run')
      await o.untilStatus((doc) => expect(doc.run.phase).to.equal('finished'))
      o.write('orchestra.yaml', layoutOf(more))
      expect(await o.ok('plan', path)).to.match(
        /^\+ task docs \(the run has ended: waits for `orchestra run`/m,
      )
      expect(await o.ok('up', path, '-d')).to.match(/^\+ task docs \(the run has ended/m)
      const doc = await o.status()
      expect([doc.run.phase, statusOf(doc, 'docs')?.status]).to.deep.equal(['finished', 'READY'])
      await o.ok('up', path, '-d', '--run')
      await o.ok('wait', 'docs', '--for', 'COMPLETED', '--timeout', '20s')
      await o.untilStatus((late) => expect(late.run.phase).to.equal('finished'))
      expect((await o.run(['up', path, '-d', '--run'])).stderr).to.include('orchestra up --run --again')
      await o.ok('up', path, '-d', '--run', '--again')
      await o.untilStatus((late) => expect(statusOf(late, 'docs')?.attempts).to.equal(2))
    })
  })

  it('keeps the shell of a person, renames its window, and asks before it ends one', async () => {
    await withOrchestra(async (o) => {
      const path = await started(o)
      const shell = () => o.windows('edits').find(({ name }) => name === 'Home')?.panes[0]?.pid
      const before = o.windows('edits').find(({ name }) => name === 'Desk')?.panes[0]?.pid
      const all = layoutOf(T1 + T2 + T3)
      o.write('orchestra.yaml', all.replace('Desk', 'Home'))
      expect(await o.ok('plan', path)).to.match(/^~ rename window 1 Desk to Home$/m)
      expect(await o.ok('up', path, '-d')).to.match(/^~ rename window 1 Desk to Home$/m)
      expect(shell()).to.equal(before)
      o.write('orchestra.yaml', all.replace(/^ {2}- \{ name: Desk.*\n/m, ''))
      const refused = await o.run(['up', path, '-d'])
      expect(refused.code).to.equal(1)
      expect(refused.stderr).to.match(/- stop window 1 Home \(ends what runs there: bash\)/)
      expect(shell()).to.equal(before)
      expect(await upOnTerminal(o, path, ['y'])).to.match(/stop window 1 Home[^]*exit 0/)
      expect(shell()).to.equal(undefined)
    })
  })
})
