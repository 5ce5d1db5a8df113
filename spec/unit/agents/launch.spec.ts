import { expect } from 'chai'
import { readFileSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { LaunchContext } from '../../../lib/agents/definition.js'
import { agentDefinition } from '../../../lib/agents/registry.js'
import {
  BUILT_IN_AGENT_TYPES,
  HEADLESS_BEHAVIOURS,
  type AgentBehaviour,
} from '../../../lib/core/layout/agent-types.js'

const context = (command: readonly string[], more: Partial<LaunchContext> = {}): LaunchContext => ({
  command,
  version: null,
  home: '/home/dev',
  cwd: '/home/dev/shop',
  agentDir: '/run/a b',
  startDir: '/run/a start',
  reportProgram: '/run/orchestra-report',
  autoTrust: [],
  resume: null,
  sessionId: 'uuid-1',
  ...more,
})
const launch = (type: AgentBehaviour, more: Partial<LaunchContext> = {}) =>
  agentDefinition(type).launch(context([type, '--model', 'x'], more))

describe('the launch of an agent', () => {
  it('keeps the words of the layout first, for every type', () => {
    for (const type of BUILT_IN_AGENT_TYPES)
      expect(launch(type).argv.slice(0, 3), type).to.deep.equal([type, '--model', 'x'])
  })

  it('gives Claude a session of its own and goes on with it after a reboot', () => {
    expect(launch('claude')).to.deep.include({ session: 'uuid-1' })
    expect(launch('claude').argv).to.include.members(['--session-id', 'uuid-1'])
    expect(launch('claude', { resume: 'old' }).argv).to.include.members(['--resume', 'old'])
    const own = agentDefinition('claude').launch(context(['claude', '--continue']))
    expect(own.argv).to.not.include('--session-id')
    expect(own.session).to.equal(null)
  })

  it('uses flags that an older Gemini refuses only where the version is known', () => {
    expect(launch('gemini', { autoTrust: ['/home/dev'] }).argv).to.have.length(3)
    expect(launch('gemini', { autoTrust: ['/home/dev'], version: '0.61.0' }).argv).to.include('--skip-trust')
  })

  it('gives Gemini leave for the report program, in the form that its version has', () => {
    expect(launch('gemini', { version: '0.24.0' }).argv.join(' ')).to.include(
      '--allowed-tools run_shell_command(',
    )
    const { argv, files } = launch('gemini', { version: '0.61.0' })
    expect(argv).to.not.include('--allowed-tools')
    const policies = argv.filter((_word, i) => argv[i - 1] === '--policy')
    // The person's own are read as ever.
    expect(policies[1]).to.match(/\/\.gemini\/policies$/)
    expect(files.find(({ path }) => path === policies[0])?.merge(null)).to.match(
      /commandPrefix = \[".*","orchestra-report"\]\ndecision = "allow"/,
    )
  })

  it('trusts listed directories and what is below them only', () => {
    const trusts = (autoTrust: readonly string[]) =>
      launch('codex', { autoTrust }).argv.some((word) => word.startsWith('projects='))
    expect([
      trusts([]),
      trusts(['/home/dev/sho']),
      trusts(['/home/dev/shop/']),
      trusts(['/home']),
    ]).to.deep.equal([false, false, true, true])
  })

  it('writes trust into Claude’s file without losing anything in it', () => {
    const edits = launch('claude', { autoTrust: ['/home/dev'] }).files
    const trust = edits.find(({ path }) => path === '/home/dev/.claude.json')
    const merged = JSON.parse(trust?.merge('{"theme":"dark","projects":{"/other":{"a":1}}}') ?? '') as unknown
    expect(merged).to.deep.equal({
      theme: 'dark',
      projects: { '/other': { a: 1 }, '/home/dev/shop': { hasTrustDialogAccepted: true } },
    })
    expect(trust?.merge(JSON.stringify(merged))).to.equal(null)
    expect(trust?.merge('not json {')).to.equal(null)
    expect(launch('claude').files.map(({ path }) => path)).to.deep.equal([
      '/run/a start/hook.sh',
      '/run/a start/claude-settings.json',
    ])
  })

  it('puts hooks into a file of its own', () => {
    const settings = launch('claude').files.find(({ path }) => path.endsWith('claude-settings.json'))
    const { hooks } = JSON.parse(settings?.merge(null) ?? '') as {
      hooks: Record<string, [{ hooks: [{ command: string }] }]>
    }
    expect(hooks['Stop']?.[0].hooks[0].command).to.equal("sh '/run/a start/hook.sh' Stop")
  })
})

describe('the settings of Claude', () => {
  const events = (version: string | null) => {
    const settings = launch('claude', { version }).files.find(({ path }) => path.endsWith('settings.json'))
    return Object.keys((JSON.parse(settings?.merge(null) ?? '') as { hooks: object }).hooks)
  }

  it('name no hook that the version does not know: it would ignore the whole file', () => {
    const always = ['SessionStart', 'UserPromptSubmit', 'PostToolUse', 'Stop']
    expect(events('2.0.37')).to.have.members(always)
    expect(events(null)).to.have.members(always)
    expect(events('2.0.44')).to.have.members(always)
    expect(events('2.0.45')).to.have.members([...always, 'PermissionRequest'])
    expect(events('2.1.77')).to.have.members([...always, 'PermissionRequest'])
    expect(events('2.1.78')).to.have.members([...always, 'PermissionRequest', 'StopFailure'])
    expect(events('2.1.332')).to.have.members([...always, 'PermissionRequest', 'StopFailure'])
  })
})

describe('what the prompt of a task asks for', () => {
  it('is allowed to Claude, and nothing else', () => {
    const settings = launch('claude').files.find(({ path }) => path.endsWith('claude-settings.json'))
    const { permissions } = JSON.parse(settings?.merge(null) ?? '') as { permissions: unknown }
    expect(permissions).to.deep.equal({
      allow: ['Bash(/run/orchestra-report:*)', 'Bash(orchestra-report:*)', 'Read(//run/a b/**)'],
    })
  })

  it('can be done from within the sandbox of Codex', () => {
    const { argv } = launch('codex', { resume: 'old' })
    expect(argv.slice(argv.indexOf('--add-dir'))).to.deep.equal(['--add-dir', '/run/a b', 'resume', 'old'])
  })
})

describe('the hooks of Claude', () => {
  const said = (event: string, payload: unknown) => agentDefinition('claude').hookState(event, payload)

  it('tell its state', () => {
    expect(said('UserPromptSubmit', { session_id: 's', prompt: 'do it' })).to.deep.equal({
      state: 'working',
      text: null,
      session: 's',
      prompt: 'do it',
    })
    expect(said('PermissionRequest', { tool_name: 'Bash', tool_input: { command: 'rm x' } })).to.include({
      state: 'waiting',
      text: 'Bash rm x',
    })
    expect(said('Stop', {})).to.include({ state: 'idle' })
    expect(said('StopFailure', { error: 'overloaded' })).to.include({ state: 'error', text: 'overloaded' })
  })

  it('say nothing when they say nothing', () => {
    expect([said('Whatever', {}), said('SessionStart', { source: 'compact' })]).to.deep.equal([null, null])
    expect(said('Stop', 'nonsense')).to.deep.equal({ state: 'idle', text: null, session: null })
  })
})

describe('the hooks of Codex', () => {
  const words = (more: Partial<LaunchContext> = {}) => launch('codex', { version: '0.169.0', ...more }).argv

  it('come by its own flags, vouched for by the fingerprint that Codex takes of them', () => {
    const argv = words({ startDir: '/tmp/lab' })
    expect(argv).to.include(
      'hooks.Stop=[{hooks=[{type="command",command="sh /tmp/lab/hook.sh Stop",timeout=3}]}]',
    )
    const state = argv.find((word) => word.startsWith('hooks.state=')) ?? ''
    // In the form that 0.142.2 and 0.169.0 accept without a question (spec/agents/real-hooks).
    expect(state).to.include(
      '"/<session-flags>/config.toml:stop:0:0"={trusted_hash="sha256:674742aa4caaf1e81cbff9a9c37b18509b405e1a9e5ce094f12edf1d98ed5adc"}',
    )
  })

  it('are left out where the version is old or unknown, or the layout brings its own', () => {
    const hooked = (argv: readonly string[]) => argv.some((word) => word.startsWith('hooks.Stop='))
    const own = agentDefinition('codex').launch(
      context(['codex', '-c', 'hooks.Stop=[]'], { version: '0.169.0' }),
    )
    expect([
      hooked(words()),
      hooked(words({ version: null })),
      hooked(words({ version: '0.98.0' })),
      own.argv.some((word) => word.startsWith('hooks.state=')),
    ]).to.deep.equal([true, false, false, false])
  })

  it('tell its state and the name of its conversation', () => {
    const said = (event: string, payload: unknown) => agentDefinition('codex').hookState(event, payload)
    expect(said('UserPromptSubmit', { session_id: 's' })).to.deep.equal({
      state: 'working',
      text: null,
      session: 's',
    })
    expect(said('PermissionRequest', { tool_name: 'Bash', tool_input: { command: 'rm x' } })).to.include({
      state: 'waiting',
      text: 'Bash rm x',
    })
    expect([said('Stop', {})?.state, said('Interrupt', {})?.state, said('PreCompact', {})]).to.deep.equal([
      'idle',
      'idle',
      null,
    ])
  })

  it('give the conversation that a start goes on with, unless the layout names one', () => {
    expect(words({ resume: 'u-1' }).slice(-2)).to.deep.equal(['resume', 'u-1'])
    const own = agentDefinition('codex').launch(context(['codex', 'resume', '--last'], { resume: 'u-1' }))
    expect(own.argv).to.not.include('u-1')
    expect(own.session).to.equal(null)
  })
})

describe('the last message of a turn', () => {
  it('is taken from the event that ends it, as it was written', () => {
    const message = 'All done.\n\n**<<ORC:abcd2345:DONE>>**'
    for (const [type, event, payload] of [
      ['claude', 'Stop', { last_assistant_message: message }],
      ['codex', 'Stop', { last_assistant_message: message }],
      ['opencode', 'SessionIdle', { session_id: 's', message }],
    ] as const) {
      const { hookState } = agentDefinition(type)
      expect(hookState(event, payload), type).to.include({ state: 'idle', message })
      expect(hookState(event, {}), type).to.not.have.property('message')
      expect(hookState('UserPromptSubmit', { last_assistant_message: message }) ?? {}).to.not.have.property(
        'message',
      )
    }
  })
})

describe('the plugin of opencode', () => {
  const { env, files } = launch('opencode', { version: '1.18.33' })

  it('is named in settings of its own, without a file of the person', () => {
    expect(JSON.parse(env['OPENCODE_CONFIG_CONTENT'] ?? '')).to.deep.equal({
      plugin: ['file:///run/a%20start/opencode-plugin.js'],
    })
    expect(files.every(({ path }) => path.startsWith('/run/a start/'))).to.equal(true)
    expect(launch('opencode').files).to.deep.equal([])
  })

  it('tells its state and the name of its conversation', () => {
    const said = (event: string, payload: unknown) => agentDefinition('opencode').hookState(event, payload)
    expect(said('SessionBusy', { session_id: 'ses_1' })).to.deep.equal({
      state: 'working',
      text: null,
      session: 'ses_1',
    })
    expect(said('PermissionAsked', { permission: 'bash', patterns: ['rm x'] })).to.deep.equal({
      state: 'waiting',
      text: 'bash rm x',
      session: null,
    })
    expect(said('SessionError', { session_id: 'ses_1', message: 'no' })).to.include({
      state: 'error',
      text: 'no',
    })
    expect([said('SessionIdle', {})?.state, said('Answered', {})?.state, said('x', {})]).to.deep.equal([
      'idle',
      'working',
      null,
    ])
    expect(launch('opencode', { resume: 'ses_1' }).argv.slice(-2)).to.deep.equal(['--session', 'ses_1'])
  })
})
const STREAMS = fileURLToPath(new URL('../../fixtures/streams/', import.meta.url))
/** Case → how it ended, and its last message. */
const WANTED: Readonly<Record<string, readonly [string, string, RegExp]>> = {
  done: ['done', 'exited', /^Done\. The test passes now\.$/],
  tool: ['done', 'exited', /^Written\.$/],
  /** What it asks for is rejected, and that ends it. */
  'opencode shell': ['fail', 'error', /^it ended without a result: .*auto-rejecting/],
  shell: ['done', 'exited', /^The file is there\.$/],
  japanese: ['done', 'exited', /^キャッシュの鍵を直しました。.*次は何をしますか。$/],
  refused: ['fail', 'error', /api key/i],
  limited: ['fail', 'limited', /limit/i],
  rate: ['fail', 'limited', /429/],
}

describe('headless runs', () => {
  const run = (type: AgentBehaviour, lines: readonly unknown[], exitCode: number) => {
    const stream = agentDefinition(type).headless?.stream()
    const text = lines
      .map((line) => stream?.line(typeof line === 'string' ? line : JSON.stringify(line)))
      .join('')
    return { text, ...stream?.result(exitCode) }
  }

  it('read Claude’s stream', () => {
    const done = run(
      'claude',
      [
        { type: 'system', subtype: 'init', session_id: 's1' },
        {
          type: 'assistant',
          message: {
            content: [
              { type: 'text', text: 'Looking.' },
              { type: 'tool_use', name: 'Bash', input: { command: 'ls' } },
            ],
          },
        },
        { type: 'result', subtype: 'success', is_error: false, result: 'All done.', session_id: 's1' },
      ],
      0,
    )
    expect(done).to.deep.equal({
      text: 'All done.',
      outcome: 'done',
      state: 'exited',
      session: 's1',
    })
  })

  it('read Codex’ stream, and forgive errors that it recovered from', () => {
    const done = run(
      'codex',
      [
        { type: 'thread.started', thread_id: 't1' },
        { type: 'error', message: 'Reconnecting... 1/5' },
        { type: 'item.completed', item: { type: 'agent_message', text: 'Mended.' } },
        { type: 'turn.completed' },
      ],
      0,
    )
    expect(done).to.include({ outcome: 'done', text: 'Mended.', session: 't1' })
    expect(
      run('codex', [{ type: 'turn.failed', error: { message: 'unexpected status 429' } }], 1),
    ).to.include({ outcome: 'fail', state: 'limited' })
  })

  it('read the streams of Gemini and opencode', () => {
    expect(
      run(
        'gemini',
        [
          { type: 'init', session_id: 'g' },
          { type: 'message', role: 'assistant', content: 'Half ', delta: true },
          { type: 'message', role: 'assistant', content: 'done.', delta: true },
          { type: 'result', status: 'success' },
        ],
        0,
      ),
    ).to.include({ outcome: 'done', text: 'Half done.', session: 'g' })
    expect(
      run(
        'opencode',
        [
          { type: 'text', sessionID: 'o', part: { text: 'Yes.' } },
          { type: 'step_finish', part: { reason: 'stop' } },
        ],
        0,
      ),
    ).to.include({
      outcome: 'done',
      text: 'Yes.',
      session: 'o',
    })
    expect(
      run(
        'opencode',
        [{ type: 'error', error: { name: 'APIError', data: { message: 'Incorrect key' } } }],
        1,
      ),
    ).to.include({ outcome: 'fail', state: 'error', text: 'Incorrect key' })
  })

  it('take what is no JSON for output, and for the reason where there is no other', () => {
    expect(run('claude', ['a warning', '{broken'], 1)).to.include({
      outcome: 'fail',
      state: 'error',
      text: 'exit status 1: a warning\n{broken',
    })
    expect(run('command', ['one', '', 'two'], 0)).to.include({ outcome: 'done', text: 'one\ntwo' })
  })

  it('are not done when they were cut off, whatever the exit status says', () => {
    for (const type of ['claude', 'codex', 'gemini'] as const)
      expect(run(type, [], 0), type).to.include({ outcome: 'fail', text: 'it ended without a result' })
  })

  it('take no words of the model for a limit', () => {
    const words = { type: 'item.completed', item: { type: 'agent_message', text: 'rate limit, 429, quota' } }
    expect(run('codex', [words], 1)).to.include({ outcome: 'fail', state: 'error' })
  })

  it('keep the words of the layout first, and have no prompt among them', () => {
    for (const type of HEADLESS_BEHAVIOURS) {
      const argv = agentDefinition(type).headless?.argv(context([type, '--model', 'x']))
      expect(argv?.slice(0, 3), type).to.deep.equal([type, '--model', 'x'])
    }
  })

  for (const cli of readdirSync(STREAMS) as AgentBehaviour[]) {
    for (const name of readdirSync(`${STREAMS}${cli}`)) {
      it(`read what was recorded: ${cli} ${name}`, () => {
        const text = readFileSync(`${STREAMS}${cli}/${name}/stream.txt`, 'utf8')
        const meta = JSON.parse(readFileSync(`${STREAMS}${cli}/${name}/meta.json`, 'utf8')) as {
          exit_code: number
        }
        const { outcome, state, text: last, session } = run(cli, text.split('\n'), meta.exit_code)
        const one = name.slice(name.lastIndexOf('-') + 1)
        const wanted = WANTED[`${cli} ${one}`] ?? WANTED[one] ?? expect.fail(`nothing is known of ${name}`)
        expect({ outcome, state }).to.deep.equal({ outcome: wanted[0], state: wanted[1] })
        expect(last).to.match(wanted[2])
        expect(session).to.be.a('string')
      })
    }
  }
})
