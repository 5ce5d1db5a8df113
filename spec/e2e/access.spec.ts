/** Who may do what: every request by every role, agents, tokens. Against a real daemon. */
import { expect } from 'chai'
import { readFileSync } from 'node:fs'
import { request } from 'node:http'
import { connect } from 'node:net'
import { join } from 'node:path'
import { allVerbs } from '../../lib/cli/verbs.js'
import { BUILT_IN_ROLES } from '../../lib/core/access/roles.js'
import type { EventRow } from '../../lib/core/protocol/status.js'
import { REQUESTS } from '../../lib/daemon/requests/index.js'
import { eventually } from '../support/eventually.js'
import { Orchestra } from '../support/orchestra.js'

/** Each task calls the program as an injected command would, and writes down what came of it. */
const layoutOf = (o: Orchestra, more = '') => `version: 1
session: access
machines: { here: { kind: local } }
agent_types:
  hd: { extends: command, command: [sh, ${o.work}/probe.sh], mode: headless }
agents:
  HD-1: { type: hd }
  SH-1: { type: command, command: [sh, ${o.work}/probe.sh, stay] }
  DE-1: { type: demo, access: [tasks:write] }
  A-1: { type: command, command: [cat] }
  BOSS: { type: shell, access: [tasks:write] }
tasks:
  first: { title: first, type: command, command: 'true' }
  hd: { title: headless, agent: HD-1, prompt: look around, needs: [first] }
  sure:
    title: sure
    type: command
    command: |
      cd ${o.work}
      until orchestra status --json | grep -q '"gate_waiting"'; do sleep 0.1; done
      orchestra approve ok -y > approve.txt 2>&1; echo $? >> approve.txt
      id=$(orchestra status --json | sed 's/.*"gates":.*"prompt_id":"\\([0-9a-f]*\\)".*/\\1/')
      printf 'POST /v1/answer/ok/approve HTTP/1.0\\r\\nauthorization: Bearer %s\\r\\ncontent-length: 2\\r\\n\\r\\n{}' "$ORCHESTRA_TOKEN" > raw.txt
      orchestra send A-1 hello > send.txt 2>&1; echo $? >> send.txt
      orchestra context sure > context.txt 2>&1; echo $? >> context.txt
      orchestra context first > other.txt 2>&1; echo $? >> other.txt
      env -i HOME="$HOME" PATH="$PATH" ORCHESTRA_HOME="$ORCHESTRA_HOME" orchestra --session access pause > bare.txt 2>&1; echo $? >> bare.txt
      echo "$ORCHESTRA_TOKEN" > token.txt
      sleep 300
gates:
  ok: { title: Ship it, after: [first], approve: human }
roles:
  oncall: { allow: [status:read, answers:write], agents: ["B*"], gates: [ok] }
  giver: { allow: ["tasks:write", "tasks:delete", "agent:execute"], agents: ["B*"] }
${more}`

/** What an injected command would try in an agent, and what came of each: `NAME: exit status, words`. */
const PROBE = (o: Orchestra) => `cd ${o.work}
[ "$1" = stay ] || [ -e "$ORCHESTRA_DIR/task.json" ] || exec sleep 600
try() { name=$1; shift; said=$("$@" 2>&1); echo "$name: $?, $(echo "$said" | tr '\\n' ' ')" >> "$ORCHESTRA_AGENT.new"; }
until orchestra status --json | grep -q '"gate_waiting"'; do sleep 0.1; done
try status orchestra status
try may orchestra can-i approve ok
try approve orchestra approve ok -y
try deny orchestra deny ok
try named orchestra approve ok --prompt-id 0123456789abcdef
try token orchestra token add mine --role admin
try pause orchestra pause
try bare env -i HOME="$HOME" PATH="$PATH" ORCHESTRA_HOME="$ORCHESTRA_HOME" orchestra --session access approve ok -y
try away setsid -w env -i HOME="$HOME" PATH="$PATH" ORCHESTRA_HOME="$ORCHESTRA_HOME" orchestra --session access token list
try reads env -i HOME="$HOME" PATH="$PATH" ORCHESTRA_HOME="$ORCHESTRA_HOME" orchestra --session access events
try other env ORCHESTRA_AGENT=BOSS ORCHESTRA_TOKEN= orchestra submit more
echo "$ORCHESTRA_TOKEN" > "$ORCHESTRA_AGENT.token"
mv "$ORCHESTRA_AGENT.new" "$ORCHESTRA_AGENT.probe"
[ "$1" = stay ] && exec cat
exit 0
`

describe('who may do what', function () {
  this.timeout(90_000)
  let o: Orchestra
  let socketPath: string

  before(async () => {
    o = new Orchestra()
    o.write('probe.sh', PROBE(o))
    await o.ok('up', o.write('access.yaml', layoutOf(o)), '-d', '--run')
    // Before anything that the specs submit, which may go to any agent.
    await o.untilStatus(({ tasks }) => tasks.find(({ id }) => id === 'hd')?.attempts === 1)
    const file = join(o.state, 'sessions/access/daemon.json')
    socketPath = (JSON.parse(readFileSync(file, 'utf8')) as { socket: string }).socket
  })
  after(() => o.close())

  interface Answer {
    readonly status: number
    readonly body: {
      readonly error?: { kind: string; permission?: string; principal?: string; message: string }
    }
  }
  const ask = (method: string, path: string, token: string | null, body = '{}') =>
    new Promise<Answer>((resolve, reject) => {
      const sent = method === 'GET' ? '' : body
      const headers = {
        'content-length': Buffer.byteLength(sent),
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      }
      const asked = request({ socketPath, method, path, headers }, (response) => {
        // Of a stream the head says enough.
        if (response.headers['content-type'] === 'text/event-stream') {
          response.destroy()
          return resolve({ status: response.statusCode ?? 0, body: {} })
        }
        let text = ''
        response.setEncoding('utf8').on('data', (part: string) => (text += part))
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            body: JSON.parse(text === '' ? '{}' : text) as Answer['body'],
          }),
        )
      })
      asked.on('error', reject)
      asked.end(sent)
    })
  const add = async (name: string, role: string, ...more: string[]) =>
    (await o.ok('token', 'add', name, '--role', role, ...more)).trim()
  const said = (file: string) => readFileSync(join(o.work, file), 'utf8')

  it('is said by the row of each request, and by its answer, for every built-in role', async () => {
    for (const role of BUILT_IN_ROLES) {
      const token = await add(`m-${role.id}`, role.id)
      for (const row of REQUESTS) {
        // The body fits no form and the names are nobody's: what is let in does nothing.
        const path = row.path.replace(':id', 'Nobody-1')
        const { status, body } = await ask(row.method, path, token, '{"no":"such field"}')
        const wanted = row.permission === 'any' ? [] : [row.permission]
        const all = [...wanted, ...(row.also?.(new URLSearchParams()) ?? [])]
        const lacks = all.find((permission) => !role.allow.includes(permission))
        const name = `${role.id}: ${row.method} ${row.path}`
        if (lacks === undefined) expect(status, name).to.not.be.oneOf([401, 403])
        else {
          expect(status, name).to.equal(403)
          expect(body.error, name).to.deep.include({
            kind: 'forbidden',
            permission: lacks,
            principal: `token:m-${role.id}`,
          })
        }
      }
    }
    const denied = (await o.json<EventRow[]>('events', '-n', '1000')).filter(
      ({ type, by }) => type === 'access.denied' && by === 'token:m-viewer',
    )
    expect(denied).to.have.lengthOf(1)
  })

  it('refuses a task without tasks:write, and makes it with it', async () => {
    const without = await add('reads', 'viewer')
    const withIt = await add('writes', 'operator')
    for (const path of ['/v1/tasks', '/api/v1/tasks']) {
      expect((await ask('POST', path, without, '{"title":"t"}')).status).to.equal(403)
      expect((await ask('POST', path, withIt, '{"title":"t"}')).status).to.equal(201)
    }
  })

  it('knows nobody by a wrong token, and says so with 401', async () => {
    for (const token of ['', 'x', 'orc_AAAAAAAA_' + 'A'.repeat(43), 'orca~agent~A-1~1~AAAA']) {
      const { status, body } = await ask('GET', '/v1/status', token)
      expect(status).to.equal(401)
      expect(body.error?.kind).to.equal('unauthorized')
    }
  })

  it('ends a token at once, its stream within a second; and one whose time is over', async () => {
    const token = await add('stream', 'viewer')
    const socket = connect(socketPath)
    const closed = new Promise<number>((resolve) => socket.once('close', () => resolve(performance.now())))
    let got = ''
    socket.setEncoding('utf8').on('data', (part: string) => (got += part))
    socket.write(`GET /v1/stream HTTP/1.1\r\nhost: o\r\nauthorization: Bearer ${token}\r\n\r\n`)
    await eventually(() => expect(got).to.include('event: status'))
    const since = performance.now()
    await o.ok('token', 'revoke', 'stream')
    const asked = performance.now() - since
    expect((await closed) - since).to.be.lessThan(asked + 1000)
    expect((await ask('GET', '/v1/status', token)).status).to.equal(401)

    const short = await add('short', 'viewer', '--expires', '1s')
    await eventually(async () => expect((await ask('GET', '/v1/status', short)).status).to.equal(401))
    expect((await o.run(['token', 'list'])).stdout).to.match(/short .*expired/)
  })

  it('shows a token once, and keeps it nowhere', async () => {
    const token = await add('secret', 'viewer')
    await ask('GET', '/v1/status', token)
    // Where a token has no business, and where it is wrong by a letter.
    const odd = [
      await ask('GET', `/v1/status?token=${token}`, `${token}x`),
      await ask('GET', `/v1/nothing?token=${token}`, token),
      await ask('POST', '/v1/tokens', token, `{"name":"${token}`),
      await ask('POST', '/v1/tasks', token, JSON.stringify({ title: 't', token })),
      await ask('GET', `/v1/status`, `${token} ${token}`),
    ]
    expect(odd.map(({ status }) => status)).to.deep.equal([401, 404, 403, 403, 401])
    const answers = JSON.stringify(odd)
    const list = (await o.run(['token', 'list'])).stdout
    expect(list).to.match(/secret .*used \d{4}-/)
    const store = readFileSync(join(o.state, 'sessions/access/store.db'))
    const log = readFileSync(join(o.state, 'sessions/access/daemon.log'), 'utf8')
    const events = (await o.run(['events', '-n', '10000', '--raw'])).stdout
    const secret = token.slice(-43)
    for (const text of [answers, list, log, events, store.toString('latin1')])
      expect(text).to.not.include(secret)
  })

  it('lets an agent and a task answer nothing, however they ask', async () => {
    await eventually(() => expect(said('token.txt')).to.match(/^orca~attempt~sure\.1~/), 30_000)
    expect(said('approve.txt')).to.match(/only a person answers[^]*\n1\n$/)
    const token = said('token.txt').trim()
    const raw = await ask('POST', '/v1/answer/ok/approve', token)
    expect(raw.status).to.equal(403)
    expect(raw.body.error).to.deep.include({ permission: 'answers:write', principal: 'attempt:sure.1' })
    expect(said('send.txt')).to.match(/attempt:sure\.1 may not do this: it needs agents:send[^]*\n1\n$/)
    expect(said('context.txt')).to.match(/\n0\n$/)
    expect(said('other.txt')).to.match(/needs context:read[^]*\n1\n$/)
    // It cleared its environment, and its ancestors still say whose it is.
    expect(said('bare.txt')).to.match(/may not do this: it needs run:write[^]*\n1\n$/)
    const { gates } = await o.status()
    expect(gates[0]?.status).to.equal('waiting')
    // An attempt that has ended has no voice.
    await o.ok('cancel', 'sure')
    await eventually(async () => expect((await ask('GET', '/v1/status', token)).status).to.equal(401))
  })

  it('knows an agent in its pane, and one of a process a task, whatever it calls', async () => {
    for (const [agent, principal] of [
      ['SH-1', 'agent:SH-1'],
      ['HD-1', 'attempt:hd.1'],
    ] as const) {
      // prettier-ignore
      await eventually(() => expect(said(`${agent}.probe`)).to.not.equal(''), 40_000)
      const lines = new Map(said(`${agent}.probe`).trim().split('\n').map((line) => line.split(/: (.*)/s) as [string, string])) // prettier-ignore
      const why = `${agent}: ${said(`${agent}.probe`)}`
      expect(lines.get('status'), why).to.match(/^0, /)
      expect(lines.get('may'), why).to.match(new RegExp(`^1, no: ${principal} has the role agent`))
      for (const name of ['approve', 'deny', 'named', 'bare'])
        expect(lines.get(name), why).to.match(/^1, .*only a person answers/)
      for (const name of ['token', 'pause', 'away', 'reads'])
        expect(lines.get(name), why).to.match(/^1, .*may not do this/)
      expect(lines.get('other'), why).to.match(/^1, .*may not do this: it needs tasks:write/)
      const token = said(`${agent}.token`).trim()
      expect(token).to.match(agent === 'SH-1' ? /^orca~agent~SH-1~1~/ : /^orca~attempt~hd\.1~/)
      const raw = await ask('POST', '/v1/answer/ok/approve', token, '{"prompt_id":"0"}')
      // That of an attempt counts for as long as that runs.
      if (raw.status !== 401 || agent === 'SH-1')
        expect(raw.body.error).to.deep.include({ permission: 'answers:write', principal })
    }
    const { gates } = await o.status()
    expect(gates[0]?.status).to.equal('waiting')
  })

  it('gives the demo agent its token in its environment, and takes it back with its end', async () => {
    const pid = await o.untilStatus(({ agents }) => agents.find(({ id }) => id === 'DE-1')?.pid ?? false)
    const environ = (one: string) =>
      one === '' ? [] : readFileSync(`/proc/${one}/environ`, 'utf8').split('\0')
    const token = await eventually((): string => {
      const own = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')
      const found = [String(pid), ...own]
        .flatMap(environ)
        .find((entry) => entry.startsWith('ORCHESTRA_TOKEN='))
      if (found === undefined) throw new Error('it has none yet')
      return found.slice('ORCHESTRA_TOKEN='.length)
    })
    expect(token).to.match(/^orca~agent~DE-1~1~/)
    expect((await ask('POST', '/v1/tasks', token, '{"title":"t","agent":"A-1","needs":["ok"]}')).status).to.equal(201) // prettier-ignore
    expect((await ask('POST', '/v1/answer/ok/deny', token)).status).to.equal(403)
    const socket = connect(socketPath)
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
    let got = ''
    socket.setEncoding('utf8').on('data', (part: string) => (got += part))
    socket.write(`GET /v1/stream?only=status HTTP/1.1\r\nhost: o\r\nauthorization: Bearer ${token}\r\n\r\n`)
    await eventually(() => expect(got).to.include('event: status'))
    await o.ok('stop', 'DE-1')
    await closed
    await eventually(async () => expect((await ask('GET', '/v1/status', token)).status).to.equal(401))
  })

  it('gives an agent more where the layout says so, and no answer in any case', async () => {
    const may = async (verb: string, as: string) => (await o.run(['can-i', verb, '--as', as])).stdout.trim()
    expect(await may('submit', 'agent:BOSS')).to.equal('yes')
    expect(await may('submit', 'agent:A-1')).to.match(/^no: agent:A-1 has the role agent/)
    expect(await may('approve', 'agent:BOSS')).to.match(/^no/)
    for (const role of BUILT_IN_ROLES) {
      interface Listed { readonly principal: string; readonly verbs: readonly { verb: string; permission: string | null; allowed: boolean }[] } // prettier-ignore
      const { principal, verbs } = await o.json<Listed>('can-i', '--list', '--as', `role:${role.id}`)
      expect(principal).to.equal(`role:${role.id}`)
      const rows = await allVerbs()
      expect(verbs.map(({ verb }) => verb)).to.deep.equal(rows.map(({ name }) => name))
      for (const { verb, permission, allowed } of verbs) {
        const isFree = permission === null || permission === 'any'
        expect(allowed, `${role.id} ${verb}`).to.equal(
          isFree || (role.allow as readonly string[]).includes(permission),
        )
      }
    }
    expect((await o.run(['can-i', '--list'])).stdout).to.match(/^person:\d+: role admin$/m)
    const edited = layoutOf(o).replace('shell, access: [tasks:write]', 'shell, access: [answers:write]')
    const checked = await o.run(['validate', o.write('bad.yaml', edited)])
    expect(checked.code).to.equal(2)
    expect(checked.stderr).to.include('agents.BOSS.access')
  })

  it('limits a role to its agents and gates, shows an edit of it in plan, and narrows it at once', async () => {
    const token = await add('call', 'oncall')
    const can = (...words: string[]) => o.run(['can-i', ...words, '--as', 'token:call'])
    expect((await can('approve', 'ok')).code).to.equal(0)
    expect((await can('approve', 'BOSS')).code).to.equal(0)
    expect((await can('approve', 'A-1')).stdout).to.include('does not reach A-1')
    const refused = await ask('POST', '/v1/answer/A-1/deny', token)
    expect(refused.body.error?.message).to.equal('token:call may not do this to agent A-1')

    const layout = o.write(
      'access.yaml',
      layoutOf(o).replace('[status:read, answers:write]', '[status:read]'),
    )
    expect((await o.run(['plan', layout])).stdout).to.match(/role oncall.*allow: -answers:write/s)
    await o.ok('up', layout, '-d')
    expect((await can('approve', 'ok')).code).to.equal(1)
  })

  it('lets a role that reaches some agents give work to those alone, and cancel theirs alone', async () => {
    const token = await add('gives', 'giver')
    const give = (body: object) => ask('POST', '/v1/tasks', token, JSON.stringify({ title: 't', ...body }))
    expect((await give({ agent: 'BOSS', id: 'G1', needs: ['ok'] })).status).to.equal(201)
    expect((await give({ agent: 'A-1' })).status).to.equal(403)
    expect((await give({})).body.error?.message).to.equal('token:gives may not do this to any agent')
    const all = JSON.stringify({
      tasks: [
        { title: 't', agent: 'BOSS' },
        { title: 't', agent: 'A-1' },
      ],
    })
    expect((await ask('POST', '/v1/execute', token, all)).status).to.equal(403)
    const owner = await add('owner', 'operator')
    const theirs = JSON.stringify({ title: 't', agent: 'A-1', id: 'G2', needs: ['ok'] })
    expect((await ask('POST', '/v1/tasks', owner, theirs)).status).to.equal(201)
    expect((await ask('DELETE', '/v1/tasks/G2', token)).status).to.equal(403)
    expect((await ask('DELETE', '/v1/tasks/G1', token)).status).to.equal(200)
  })

  it('keeps who may start a run from giving away more than that', async () => {
    const token = await add('runs', 'operator')
    const layout = o.write(
      'more.yaml',
      layoutOf(o).replace('allow: [status:read, answers:write]', 'allow: [admin:access]'),
    )
    const { status, body } = await ask('POST', '/v1/up', token, JSON.stringify({ layout }))
    expect(status).to.equal(403)
    expect(body.error?.permission).to.equal('admin:access')
    // Nor does it bring variables: programs are found by them.
    const filled = o.write(
      'filled.yaml',
      layoutOf(o)
        .replace('[status:read, answers:write]', '[status:read]')
        .replace('title: first', 'title: "${WHOSE:-ours}"'),
    )
    const before = await ask('POST', '/v1/up', token, JSON.stringify({ layout: filled, env: { WHOSE: 'theirs' }, consent: 'all' })) // prettier-ignore
    expect(before.status, JSON.stringify(before.body)).to.equal(200)
    expect((await o.status()).tasks.find(({ id }) => id === 'first')?.title).to.equal('ours')
    for (const more of [
      'api: { tcp: { port: 7999 } }',
      'people: { me: { is: ["token:runs"], roles: [approver] } }',
    ]) {
      const opened = o.write('opened.yaml', layoutOf(o, more))
      const answer = await ask('POST', '/v1/up', token, JSON.stringify({ layout: opened }))
      expect(answer.body.error?.permission, more).to.equal('admin:access')
      const ran = await ask('POST', '/v1/run', token, JSON.stringify({ layout: opened }))
      expect(ran.body.error?.permission, more).to.equal('admin:access')
    }
  })
})
