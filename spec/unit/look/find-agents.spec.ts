import { expect } from 'chai'
import { findAgents } from '../../../lib/look/find-agents.js'
import { knownProgram } from '../../../lib/look/known-programs.js'
import { parseSupervised } from '../../../lib/look/supervised.js'

describe('agents of others', () => {
  it('are known by the command line of their program, behind an interpreter too', () => {
    const of = (args: string) => knownProgram(args)?.program ?? null
    expect(of('claude --model opus')).to.equal('claude')
    expect(of('/opt/x/claude.exe --session-id 1')).to.equal('claude')
    expect(of('node /usr/bin/codex')).to.equal('codex')
    expect(of('node --no-warnings /usr/lib/node_modules/@google/gemini-cli/dist/index.js')).to.equal('gemini')
    expect(of('/bin/sh /home/me/bin/opencode')).to.equal('opencode')
    expect(of('env A=b npx aider --yes')).to.equal('aider')
    expect(of('sh bin/demo-agent.sh')).to.equal('demo-agent.sh')
    expect(knownProgram('aider')).to.deep.equal({ type: 'command', program: 'aider' })
    for (const args of ['vim claude', '-bash', 'tail -f codex.log', 'sleep 1000', 'git log --grep claude'])
      expect(of(args), args).to.equal(null)
  })

  it('are the nearest such process below their pane, wherever it is', () => {
    const listed = findAgents(
      [
        'now=1000',
        'X  10   1 tmux new',
        'X  11  10 -bash',
        'X  12  11 node /usr/bin/claude',
        'X  13  12 codex exec',
        'X  20  10 vim',
        'X  30   1 /opt/claude daemon run --origin transient',
        'S /tmp/tmux-0/default',
        'P %1|11|0|990|||my|work|/home/me/a|b',
        'P %2|20|0|990|||vim|/',
        'S /tmp/own.sock',
        'P %0|12|0|991|CG-1|store|s|/',
        'P %3|12|1|991|||dead|/',
      ].join('\n'),
    )
    expect(listed).to.deep.include({
      now: 1000,
      hasTmux: true,
      supervisors: [{ pid: 30, program: '/opt/claude' }],
    })
    expect(
      listed.panes.map(({ socket, pane, pid, program, session, cwd, managed }) => [
        socket,
        pane,
        pid,
        program,
        session,
        cwd,
        managed,
      ]),
    ).to.deep.equal([
      ['/tmp/tmux-0/default', '%1', 12, 'claude', 'my|work', '/home/me/a|b', null],
      ['/tmp/own.sock', '%0', 12, 'claude', 's', '/', 'CG-1'],
    ])
  })

  it('are taken from the supervisor of Claude as it tells them, and nothing from what it is not', () => {
    const told = [
      { id: 'a', kind: 'background', name: 'say hi', cwd: '/w', state: 'working', startedAt: 5000 },
      { pid: 7, kind: 'interactive', status: 'idle', waitingFor: 'permission prompt' },
      { status: 3 },
      'x',
    ]
    expect(parseSupervised(JSON.stringify(told))).to.deep.equal([
      { pid: null, name: 'say hi', cwd: '/w', state: 'working', text: null, startedAt: 5000 },
      { pid: 7, name: 'claude', cwd: null, state: 'waiting', text: 'permission prompt', startedAt: null },
    ])
    expect(parseSupervised('Error: no')).to.deep.equal([])
    expect(parseSupervised('{}')).to.deep.equal([])
  })
})
