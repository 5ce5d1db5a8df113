import { expect } from 'chai'
import { fileURLToPath } from 'node:url'
import { loadLayout } from '../../../lib/config/load-layout.js'
import { formatProblem } from '../../../lib/core/layout/problem.js'
import type { Layout } from '../../../lib/core/layout/model.js'
import { withLayoutFiles } from './with-layout-files.js'

const GOOD = fileURLToPath(new URL('../../fixtures/layouts/good/', import.meta.url))

async function load(name: string, env: Record<string, string> = {}): Promise<Layout> {
  const loaded = await loadLayout(GOOD + name, { env: { HOME: '/home/me', ...env } })
  if (!loaded.ok) throw new Error(loaded.problems.map(formatProblem).join('\n'))
  return loaded.layout
}

describe('loadLayout', () => {
  it('writes out shorthands and fills in every default', async () => {
    const layout = await load('everything.yaml')
    expect(layout.runDir).to.equal('/home/me/runs/everything')
    expect(layout.tmux).to.deep.equal({ socket: 'own-socket', keys: 'user' })
    expect(layout.layers.map((layer) => layer.name)).to.deep.equal(['ONE', 'SECOND', 'THREE'])
    expect(layout.machines.map((machine) => machine.id)).to.deep.equal(['here', 'far', 'mid', 'phone', 'hub'])
    expect(layout.machines[1]).to.deep.include({
      user: 'ubuntu',
      port: 2222,
      code: 'FA',
      capacity: null,
      maxLoad: 3.5,
    })
    expect(layout.machines[2]).to.deep.include({ host: 'mid.example', user: 'me', port: 2200, code: 'MI' })
    expect(layout.notify).to.deep.include({ command: ['notify-send'], quiet: { from: 1380, to: 420 } })
    expect(layout.gates[0]).to.deep.include({
      after: ['two'],
      verify: ['test -s PLAN.md'],
      approve: 'human',
      timeoutMs: 30_000,
      criteria: [],
      quorum: { role: null, count: 1 },
    })
    expect(layout.gates[1]).to.deep.include({
      criteria: [
        { text: 'It builds', verify: ['make'] },
        { text: 'It is wanted', verify: [] },
        { text: 'And in time', verify: [] },
      ],
      approve: 'human',
      quorum: { role: 'approver', count: 2 },
    })
    expect(layout.people[0]).to.deep.equal({
      id: 'maestro',
      is: ['person:1000', 'github:some-login'],
      roles: ['approver'],
      layer: null,
      notify: true,
    })
    expect(layout.mcpServers[0]).to.deep.equal({
      id: 'tools',
      machine: 'here',
      command: ['node', '~/mcp/index.js'],
      env: { PORT: '80' },
    })
  })

  it('merges agent types from the built-in one up', async () => {
    const [a1, a2, a3] = (await load('everything.yaml')).agents
    expect(a1).to.deep.include({
      type: 'sharp',
      behaviour: 'claude',
      command: ['sh', '-c', 'claude --model "some model"'],
      env: { LEVEL: '1.10', MODE: 'sharp' },
      restart: 'on-failure',
      autoTrust: ['~/src'],
      onLimit: 'move',
      stallMs: 1_200_000,
      mode: 'headless',
    })
    expect(a2).to.deep.include({
      type: 'codex',
      behaviour: 'codex',
      machine: 'here',
      restart: 'never',
      command: [],
      stallMs: 600_000,
    })
    expect(a3).to.deep.include({ behaviour: 'command', stallMs: null, env: { FOO: '$HOME', BAR: 'no' } })
  })

  it('reads a pane that is only a word as an agent, a view or a command', async () => {
    const { windows } = await load('everything.yaml')
    expect(windows.map((window) => window.name)).to.deep.equal(['a2', 'Mixed', 'Logs', 'queue'])
    const panes = windows[1]!.panes.map((pane) =>
      pane.kind === 'agent' ? pane.agent : pane.kind === 'view' ? pane.view : pane.command,
    )
    expect(panes).to.deep.equal([
      'a1',
      'monitor',
      ['vim', 'README.md'],
      ['sh', '-c', 'ls | wc -l'],
      ['sh', '-c', 'exec "${SHELL:-/bin/sh}"'],
      ['htop'],
    ])
    expect(windows[1]!.panes[5]).to.deep.include({
      cwd: '~/src',
      env: { A: '1', B: 'two' },
      size: 30,
      focus: true,
    })
  })

  it('reads tasks: a line, a prompt file, a command', async () => {
    const [one, two, three] = (await load('everything.yaml')).tasks
    expect(one).to.deep.include({
      title: 'Say what is to be done',
      prompt: 'Say what is to be done',
      estimateMs: 300_000,
      timeoutMs: null,
      priority: 100,
      successExitCodes: [0],
      retry: { attempts: 1, delayMs: 10_000, backoff: 2, maxDelayMs: 600_000, jitter: 0.25, except: [] },
    })
    expect(two!.prompt).to.match(/^Write the core module\.\n\nAnd its tests\. 日本語\n$/)
    expect(two).to.deep.include({ needs: ['one'], timeoutMs: 5_400_000, outputs: ['src/core/'], priority: 1 })
    expect(two!.retry).to.deep.include({ attempts: 3, delayMs: 5000, except: ['timeout'] })
    expect(three).to.deep.include({
      kind: 'command',
      command: 'ls | wc -l',
      machine: 'here',
      prompt: null,
      disabled: true,
    })
  })

  it('reads a plan: phases, which hold their tasks, milestones, tiers and workers that stand by', async () => {
    const { phases, milestones, tasks, gates, agents, timezone } = await load('plan.yaml')
    expect(timezone).to.equal('Asia/Tokyo')
    expect(phases[0]).to.deep.equal({
      id: 'p0',
      title: 'Architecture Decision',
      goal: 'Five design documents',
      tasks: ['adr'],
      gate: 'approved',
      needs: [],
      workers: ['W-1'],
      issue: null,
    })
    expect(milestones.map(({ due, tasks, stopOtherWork }) => [due, tasks, stopOtherWork])).to.deep.equal([
      ['2026-12-05', ['p0'], false],
      ['2026-12-19T18:00', ['adr', 'pg'], true],
    ])
    expect(
      tasks.map(({ id, tier, phase, needs, workers }) => [id, tier, phase, needs, workers]),
    ).to.deep.equal([
      ['adr', 'P0', 'p0', [], ['W-1']],
      ['pg', 'P0', 'p1', ['p0'], []],
      ['docs', 'P2', 'p1', ['p0'], []],
      ['late', 'P1', null, ['p1'], []],
    ])
    expect(gates[0]!.after).to.deep.equal(['adr'])
    expect(agents.map(({ standby }) => standby)).to.deep.equal([
      [],
      ['role_short', 'blocked', 'limited'],
      ['role_short'],
    ])
  })

  it('says which files it read', async () => {
    const loaded = await loadLayout(`${GOOD}everything.yaml`, { env: { HOME: '/h' } })
    expect(loaded.files.map((file) => file.replace(GOOD, ''))).to.deep.equal([
      'everything.yaml',
      'parts/base.yaml',
      'parts/prompts/core.md',
    ])
  })

  it('takes a byte order mark and CRLF', async () => {
    expect((await load('bom-crlf.yaml')).session).to.equal('crlf')
  })

  it('follows YAML 1.2: NO and y are words, quoted 010 is a name, x-ray an agent', async () => {
    const layout = await load('yaml-words.yaml')
    expect(layout.session).to.equal('NO')
    expect(layout.agents.map((agent) => agent.id)).to.have.members(['010', 'x-ray'])
  })

  it('takes aliases of whole values', async () => {
    expect((await load('aliases.yaml')).agents.map((agent) => agent.role)).to.deep.equal(['r', 'r'])
  })

  it('gives every agent a window when there are none', async () => {
    const { windows, machines } = await load('bom-crlf.yaml')
    expect(windows.map((window) => window.name)).to.deep.equal(['a', 'Monitor'])
    expect(machines.map((machine) => [machine.id, machine.kind])).to.deep.equal([['local', 'local']])
  })

  it('turns a variable into a number where one is wanted', async () => {
    await withLayoutFiles(
      {
        'a.yaml':
          'version: 1\nsession: "${S}"\nmachines:\n  m: { kind: ssh, host: h, port: "${P:-2222}" }\nagents: {}\n',
      },
      async (dir) => {
        const loaded = await loadLayout(`${dir}/a.yaml`, { env: { S: '123' } })
        expect(loaded).to.have.nested.property('layout.machines[0].port', 2222)
        expect(loaded).to.have.nested.property('layout.session', '123')
      },
    )
  })

  it('lets the including file win, and a later include over an earlier one', async () => {
    await withLayoutFiles(
      {
        'sub/main.yaml':
          'version: 1\nsession: s\ninclude: [../one.yaml, two.yaml]\nmachines: { a: root@main }\n',
        'one.yaml': 'machines: { a: root@one, b: root@one, c: root@one }\n',
        'sub/two.yaml': 'include: ../one.yaml\nmachines: { b: root@two }\n',
      },
      async (dir) => {
        const loaded = await loadLayout(`${dir}/sub/main.yaml`, { env: {} })
        if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems))
        const hosts = loaded.layout.machines.flatMap((machine) =>
          machine.kind === 'ssh' ? [`${machine.id}=${machine.host}`] : [],
        )
        expect(hosts).to.deep.equal(['a=main', 'b=two', 'c=one'])
      },
    )
  })

  it('points at the included file where the fault stands', async () => {
    await withLayoutFiles(
      {
        'main.yaml': 'version: 1\nsession: s\ninclude: hosts.yaml\n',
        'hosts.yaml': '# hosts\nmachines:\n  a: { kind: ssh, host: a, layer: L9 }\n',
      },
      async (dir) => {
        const loaded = await loadLayout(`${dir}/main.yaml`, { env: {}, cwd: dir })
        expect(loaded.ok ? [] : loaded.problems.map(formatProblem)).to.deep.equal([
          'hosts.yaml:3:35: machines.a.layer: no layer is called "L9"',
        ])
      },
    )
  })

  it('finds included files in the configuration directory', async () => {
    await withLayoutFiles(
      {
        'here/main.yaml': 'version: 1\nsession: s\ninclude: hosts.yaml\n',
        'config/hosts.yaml': 'machines: { far: root@far }\n',
      },
      async (dir) => {
        const loaded = await loadLayout(`${dir}/here/main.yaml`, { env: {}, configDir: `${dir}/config` })
        expect(loaded).to.have.nested.property('layout.machines[0].id', 'far')
      },
    )
  })

  it('warns of tasks that may run at once and share outputs', async () => {
    const text =
      'version: 1\nsession: s\nagents: { a: demo }\ntasks:\n  one: { title: x, outputs: [src/] }\n  two: { title: x, outputs: [src/a.py] }\n'
    await withLayoutFiles({ 'a.yaml': text }, async (dir) => {
      const loaded = await loadLayout(`${dir}/a.yaml`, { env: {}, cwd: dir })
      expect(loaded.ok ? loaded.warnings.map(formatProblem) : []).to.deep.equal([
        'a.yaml:6:30: tasks.two.outputs: warning: one and two may run at once and share the output "src/a.py"',
      ])
    })
  })
})
