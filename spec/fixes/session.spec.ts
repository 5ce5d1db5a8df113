/** In a session that runs: agents, tasks, gates, the run. */
import { expect } from 'chai'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { eventually } from '../support/eventually.js'
import { fixWorks, onATerminal, withOrchestraOnPath, type Ground } from '../support/fix-works.js'
import { Orchestra } from '../support/orchestra.js'

const HEAD = `version: 1
session: fix
machines: { here: { kind: local } }
`
const AGENTS = `agents:
  A: { type: command, command: [cat], role: work }
  S: { type: command, command: [cat] }
  H: { type: codex, mode: headless, command: [sh, -c, 'cat >/dev/null'] }
`
/** Asks what nobody can answer with keys that we know. */
const ASKS = `printf '\\033[2J\\033[H\\nDo you want to run this command?\\n  ls\\n❯ 1. Perhaps\\n  2. Maybe\\nEnter to confirm · Esc to cancel\\n'
exec sleep 1000
`

describe('the commands that are printed about a session', function () {
  this.timeout(120_000)
  let here: Orchestra
  let ground: Ground

  beforeEach(() => {
    here = new Orchestra()
    ground = { env: here.env, cwd: here.work }
  })
  afterEach(async () => {
    await here.run(['down'])
    await here.close()
  })

  const up = async (rest = '', ...args: string[]) => {
    here.write('orchestra.yaml', `${HEAD}${AGENTS}${rest}`)
    await here.ok('up', '-d', '--wait', ...args)
  }
  const refused = async (...args: string[]) => {
    const { code, stderr } = await here.run(args)
    expect(code, stderr).to.not.equal(0)
    return stderr
  }
  const stateOf = async (id: string) => (await here.status()).agents.find((agent) => agent.id === id)?.state
  const phase = async () => (await here.json<{ run: { phase: string } }>('status')).run.phase
  const statusOf = async (id: string) => (await here.status()).tasks.find((task) => task.id === id)?.status
  const ok = async (done: Promise<{ code: number | null; output: string }>) => {
    const { code, output } = await done
    expect(code, output).to.equal(0)
    return output
  }

  fixWorks('agent.restart', 'it does not run', async (follow) => {
    await up()
    await here.ok('stop', 'A')
    await here.ok('wait', 'A', '--for', 'exited')
    await ok(follow(await refused('stop', 'A'), ground))
    await eventually(async () => expect(await stateOf('A')).to.not.be.oneOf(['exited', 'starting']), 20_000)
  })

  fixWorks('agent.explain', 'it asks nothing', async (follow) => {
    await up()
    expect(await ok(follow(await refused('approve', 'A', '--prompt-id', 'abcdefabcdef'), ground))).to.include(
      'A',
    )
  })

  fixWorks('agent.wait-quiet', 'a program without rules is never idle', async (follow) => {
    await up()
    await ok(follow(await refused('wait', 'A', '--for', 'idle'), ground))
    expect(await stateOf('A')).to.equal('quiet')
  })

  fixWorks('look.around', 'what is to be adopted is no address', async (follow) => {
    await up()
    expect(await ok(follow(await refused('adopt', 'nothing'), ground))).to.include('on 1 machine')
  })

  fixWorks('agent.remove', 'an adopted agent is not ended', async (follow) => {
    await up()
    here.tmux('new-session', '-d', '-s', 'own', 'exec cat')
    const pane = here.tmux('display-message', '-p', '-t', '=own:', '#{pane_id}').trim()
    await here.ok('adopt', `orchestra:${pane}`, '--as', 'mine')
    await eventually(async () => expect(await stateOf('mine')).to.be.oneOf(['quiet', 'working']), 20_000)
    await ok(follow(await refused('stop', 'mine'), ground))
    expect(await stateOf('mine')).to.be.oneOf([undefined, 'stopping'])
    expect(here.tmux('display-message', '-p', '-t', '=own:', '#{pane_dead}').trim()).to.equal('0')
    here.tmux('kill-session', '-t', '=own')
  })

  fixWorks('agent.list', 'there is no such agent', async (follow) => {
    await up()
    expect(await ok(follow(await refused('submit', 'x', '--agent', 'B'), ground))).to.match(/\bA\b/)
  })

  fixWorks('task.list', 'there is no such task', async (follow) => {
    await up('tasks: { one: { title: the first, agent: A } }\n')
    expect(await ok(follow(await refused('cancel', 'two'), ground))).to.include('the first')
  })

  fixWorks('status.look', 'there is nothing of that name', async (follow) => {
    await up()
    expect(await ok(follow(await refused('wait', 'B', '--for', 'idle'), ground))).to.match(/\bA\b/)
  })

  fixWorks('task.submit', 'there are no tasks', async (follow) => {
    await up()
    await ok(follow(await here.ok('tasks'), ground))
    expect(await here.ok('tasks')).to.include('TITLE')
  })

  fixWorks('agent.task', 'a headless agent takes no messages', async (follow) => {
    await up()
    await ok(follow(await refused('send', 'H', 'hi'), ground))
    expect((await here.status()).tasks.map(({ title, agent }) => [title, agent])).to.deep.equal([
      ['TITLE', 'H'],
    ])
  })

  fixWorks('agent.send', 'there is no text, on a terminal', async (follow) => {
    await up()
    const env = withOrchestraOnPath(here.env)
    const { output } = await onATerminal('orchestra send A', { env, cwd: here.work }, (screen) =>
      eventually(() => expect(screen()).to.include('pipe it in')),
    )
    expect(await ok(follow(output.replaceAll('\r', ''), ground))).to.include('queued')
  })

  const queued = async () =>
    (await here.json<readonly { type: string }[]>('events')).filter(({ type }) => type === 'message.queued')
  const killInTheMiddle = async (...args: string[]) => {
    const before = (await queued()).length
    const asked = here.run(args)
    await eventually(async () => expect(await queued()).to.have.length(before + 1), 20_000)
    process.kill(here.daemonPid('fix') ?? 0, 'SIGKILL')
    const { code, stderr } = await asked
    expect(code, stderr).to.equal(3)
    return stderr
  }
  fixWorks('agent.ask', 'no such question was asked', async (follow) => {
    await up()
    expect(await ok(follow(await refused('ask', 'A', '--operation-id', 'never'), ground))).to.include('text')
  })

  fixWorks('agent.ask-again', 'the daemon was killed while the agent was asked', async (follow) => {
    here.write('orchestra.yaml', `${HEAD}agents: { D: { type: demo, env: { DEMO_SECONDS: "6" } } }\n`)
    await here.ok('up', '-d', '--wait')
    const printed = await killInTheMiddle('ask', 'D', "who's there?")
    expect(await ok(follow(printed, ground))).to.include('Done')
    expect(await queued()).to.have.length(1)
  })

  fixWorks('message.again', 'the daemon was killed while a message was on its way', async (follow) => {
    // It never shows that it has taken it.
    here.write('orchestra.yaml', `${HEAD}agents: { D: { type: demo, env: { DEMO_HANG: "1" } } }\n`)
    await here.ok('up', '-d', '--wait')
    await here.ok('send', 'D', 'first', '--wait')
    const printed = await killInTheMiddle('send', '--all', 'and then', '--wait')
    await follow(printed, ground)
    expect(await queued()).to.have.length(2)
  })

  fixWorks('run.list', 'there is no such run', async (follow) => {
    await up('tasks: { one: { title: the first, type: command, command: "true" } }\n')
    await here.ok('run', '--wait')
    expect(await ok(follow(await refused('report', '--run', '7'), ground))).to.match(/1 +finished +1\/1/)
  })

  fixWorks('task.again', 'it is COMPLETED', async (follow) => {
    await up('tasks: { one: { type: command, command: "echo x >> done" } }\n')
    await here.ok('run', '--wait')
    await ok(follow(await refused('retry', 'one'), ground))
    await eventually(() => expect(readFileSync(join(here.work, 'done'), 'utf8')).to.equal('x\nx\n'), 20_000)
  })

  fixWorks('cordon.lift', 'an agent takes no new work', async (follow) => {
    await up()
    await ok(follow(await here.ok('cordon', 'A'), ground))
    expect((await here.status()).agents.map(({ cordoned }) => cordoned)).to.deep.equal([false, false, false])
  })

  fixWorks('run.start', 'a task waits for the run', async (follow) => {
    await up('tasks: { one: { title: the first, agent: A } }\n')
    await ok(follow(await here.ok('tasks'), ground))
    expect(await phase()).to.equal('running')
  })

  fixWorks('run.watch', 'the run goes on', async (follow) => {
    await up('tasks: { one: { title: the first, agent: A } }\n')
    const { output } = await follow(await here.ok('run'), ground, { until: /the first/ })
    expect(output).to.include('the first')
  })

  fixWorks('run.resume', 'the run is paused', async (follow) => {
    await up('tasks: { one: { title: the first, agent: A } }\n', '--run')
    await here.ok('pause')
    here.write(
      'orchestra.yaml',
      `${HEAD}${AGENTS}tasks: { one: { title: the first, agent: A }, two: { title: more, agent: S } }\n`,
    )
    await ok(follow(await here.ok('plan'), ground))
    expect(await phase()).to.equal('running')
  })

  const ENDED = 'tasks: { one: { title: the first, type: command, command: "true" } }\n'

  fixWorks('run.again', 'the run has ended', async (follow) => {
    await up(ENDED)
    await here.ok('run', '--wait')
    await ok(follow(await here.ok('run'), ground))
    await here.untilStatus(({ tasks: [task] }) => task?.status === 'COMPLETED' && task.attempts === 2)
  })

  fixWorks('run.up-again', 'the run has ended', async (follow) => {
    await up(ENDED)
    await here.ok('run', '--wait')
    const { stderr } = await here.run(['up', '-d', '--run'])
    await ok(follow(stderr, ground))
    await here.untilStatus(({ tasks: [task] }) => task?.status === 'COMPLETED' && task.attempts === 2)
  })

  fixWorks('run.up', 'the run has ended, and the layout has a new task', async (follow) => {
    await up(ENDED)
    await here.ok('run', '--wait')
    const two = 'two: { title: more, type: command, command: "true" }'
    here.write('orchestra.yaml', `${HEAD}${AGENTS}${ENDED.replace(' }\n', `, ${two} }\n`)}`)
    await ok(follow(await here.ok('plan'), ground))
    await eventually(async () => expect(await statusOf('two')).to.equal('COMPLETED'), 20_000)
  })

  fixWorks('task.retry', 'a task failed', async (follow) => {
    const flag = join(here.work, 'flag')
    await up(`tasks: { one: { title: the first, type: command, command: "test -e '${flag}'" } }\n`, '--run')
    await eventually(async () => expect(await statusOf('one')).to.equal('FAILED'), 20_000)
    writeFileSync(flag, '')
    await ok(follow(await here.ok('status'), ground))
    await eventually(async () => expect(await statusOf('one')).to.equal('COMPLETED'), 20_000)
  })

  const LADDER = `layers: { L0: TOP }
notify: { command: [sh, -c, 'printf "%s\\n" "$2" > "$HOME/told"', sh] }
escalation: { L0: [notify] }
tasks: { one: { title: the first, type: command, command: "sleep 60" } }
`
  const escalation = async () => (await here.status()).escalations[0]

  fixWorks('task.unblock', 'a person blocked a task', async (follow) => {
    await up(LADDER, '--run')
    await eventually(async () => expect(await statusOf('one')).to.equal('IN_PROGRESS'), 20_000)
    await here.ok('block', 'one', 'the owner is away')
    await eventually(async () => expect((await escalation())?.state).to.equal('open'), 20_000)
    await ok(follow((await escalation())?.proposal ?? '', ground))
    await eventually(async () => expect(await statusOf('one')).to.equal('IN_PROGRESS'), 20_000)
  })

  fixWorks('escalation.ack', 'somebody was told of a cause', async (follow) => {
    await up(LADDER, '--run')
    await here.ok('block', 'one', 'the owner is away')
    const told = join(here.home, 'told')
    await eventually(
      () => expect(existsSync(told) ? readFileSync(told, 'utf8') : '').to.include('ack'),
      20_000,
    )
    await ok(follow(/Take it on: .*/.exec(readFileSync(told, 'utf8'))?.[0] ?? '', ground))
    expect((await escalation())?.state).to.equal('acked')
  })

  fixWorks('escalation.list', 'no escalation is called so', async (follow) => {
    await up(LADDER, '--run')
    await here.ok('block', 'one', 'the owner is away')
    await eventually(async () => expect((await escalation())?.state).to.equal('open'), 20_000)
    expect(await ok(follow(await refused('ack', 'E9'), ground))).to.include('E1')
  })

  const GATE =
    'tasks: { one: { title: the first, type: command, command: "true" } }\ngates: { g: { after: [one], approve: human } }\n'
  const gate = async () => (await here.status()).gates[0]?.status
  const atGate = async () => {
    await up(GATE, '--run')
    await eventually(async () => expect(await gate()).to.equal('waiting'), 20_000)
  }

  fixWorks('answer.approve', 'a gate waits, and nobody is at a terminal', async (follow) => {
    await atGate()
    await ok(follow(await refused('approve', 'g'), ground))
    expect(await gate()).to.equal('open')
  })

  fixWorks('answer.approve-now', 'a gate waits, and nobody is at a terminal', async (follow) => {
    await atGate()
    await ok(follow(await refused('approve', 'g'), ground))
    expect(await gate()).to.equal('open')
  })

  fixWorks('answer.deny', 'a person did not say yes', async (follow) => {
    await atGate()
    const env = withOrchestraOnPath(here.env)
    const { output } = await onATerminal(
      'orchestra approve g',
      { env, cwd: here.work },
      async (screen, type) => {
        await eventually(() => expect(screen()).to.include('[y/N]'))
        type('n\r')
        await eventually(() => expect(screen()).to.include('To say no'))
      },
    )
    await ok(follow(output.replaceAll('\r', ''), ground))
    expect(await gate()).to.not.equal('waiting')
  })

  fixWorks('agent.attach', 'it asks what cannot be answered from here', async (follow) => {
    const script = here.write('asks.sh', ASKS)
    const types = `agent_types: { asker: { extends: demo, command: [sh, ${script}] } }\n`
    const window = 'windows: [ { name: one, agent: Q } ]\n'
    here.write('orchestra.yaml', `${HEAD}${types}agents: { Q: { type: asker } }\n${window}`)
    await here.ok('up', '-d')
    await eventually(async () => expect(await stateOf('Q')).to.equal('waiting'), 20_000)
    const text = await refused('approve', 'Q', '-y')
    await attached((look) => follow(text, ground, { onTerminal: look }))
  })

  fixWorks('view.attach', 'the view stands', async (follow) => {
    here.write('orchestra.yaml', `${HEAD}${AGENTS}`)
    await attached((look) => here.ok('up', '-d').then((text) => follow(text, ground, { onTerminal: look })))
  })

  fixWorks('view.attach-by-name', 'the view stands', async (follow) => {
    here.write('orchestra.yaml', `${HEAD}${AGENTS}`)
    await attached((look) => here.ok('up', '-d').then((text) => follow(text, ground, { onTerminal: look })))
  })

  fixWorks('terminal.as-xterm', 'the terminal says that it can draw nothing', async (follow) => {
    await up()
    const dumb = withOrchestraOnPath({ ...here.env, TERM: 'dumb' })
    const { output } = await onATerminal(
      'export TERM=dumb; orchestra attach',
      { env: dumb, cwd: here.work },
      (screen) => eventually(() => expect(screen()).to.include('TERM=xterm-256color')),
    )
    await attached((look) =>
      follow(
        output.replaceAll('\r', ''),
        { env: dumb, cwd: here.work },
        { before: 'export TERM=dumb', onTerminal: look },
      ),
    )
  })

  async function attached(run: (look: () => Promise<unknown>) => Promise<unknown>): Promise<void> {
    await run(() =>
      eventually(() =>
        expect(here.tryTmux('list-clients', '-F', '#{client_tty}').stdout).to.match(/^\/dev\//m),
      ),
    )
  }

  fixWorks('doctor.machine', 'a machine has known traps', async (follow) => {
    await up()
    expect(await ok(follow((await here.run(['doctor'])).stdout, ground))).to.include('tmux quirk')
  })

  fixWorks('doctor.ask', 'an agent does not come', async (follow) => {
    here.write(
      'orchestra.yaml',
      `${HEAD}machines: { here: { kind: local }, far: { kind: ssh, host: 127.0.0.1, port: 1 } }\nagents: { B: { type: command, machine: far, command: [cat] } }\n`.replace(
        'machines: { here: { kind: local } }\n',
        '',
      ),
    )
    const { stderr } = await here.run(['up', '-d', '--wait', '--timeout', '3s'])
    expect((await follow(stderr, ground)).output).to.include('127.0.0.1')
  })
})
