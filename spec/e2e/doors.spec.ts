/** The door over TCP of a real daemon: every verb over `--api`, and the requests that other people's clients know. */
import { expect } from 'chai'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { allVerbs } from '../../lib/cli/verbs.js'
import { BUILT_IN_ROLES } from '../../lib/core/access/roles.js'
import type { ExecutionDocument, ExecutionRow } from '../../lib/core/protocol/api.js'
import { Orchestra, type Finished } from '../support/orchestra.js'

const layoutOf = (port: number) => `version: 1
session: doors
machines: { here: { kind: local } }
api: { tcp: { port: ${port} } }
agents:
  A-1: { type: demo, env: { DEMO_SECONDS: '1' } }
  A-2: { type: demo }
  A-3: { type: demo }
tasks:
  t0: { title: first, type: command, command: 'true', issue: 1169 }
gates:
  yes: { after: [t0], approve: human }
  no: { after: [t0], approve: human }
  maybe: { after: [t0], approve: human }
`

/** What a verb is given, how it ends, and what it says somewhere. In this order. */
const OVER_API: readonly (readonly [verb: string, args: readonly string[], code: number, says: RegExp])[] = [
  ['init', [], 2, /init is not used over --api: it writes a layout for this machine/],
  ['validate', [], 2, /not used over --api/],
  ['plan', [], 2, /not used over --api/],
  ['up', ['-d'], 2, /not used over --api/],
  ['attach', [], 2, /not used over --api: it opens the windows/],
  ['daemon', [], 2, /not used over --api/],
  ['use', ['x'], 2, /not used over --api/],
  ['completion', ['bash'], 2, /not used over --api/],
  ['monitor', [], 2, /needs a terminal/],
  ['run', ['some.yaml'], 2, /run is not used over --api: it reads a layout/],
  ['run', [], 0, /the run goes on/],
  ['status', [], 0, /doors/],
  ['agents', [], 0, /A-1/],
  ['machines', [], 0, /here/],
  ['tasks', [], 0, /t0/],
  ['gates', [], 0, /yes/],
  ['phases', [], 0, /no phases/],
  ['milestones', [], 0, /no milestones/],
  ['workers', [], 0, /A-1/],
  ['escalations', [], 0, /no escalations/],
  ['forecast', [], 0, /./],
  ['graph', [], 0, /t0/],
  ['report', [], 0, /^# /m],
  ['doctor', [], 0, /daemon/],
  ['can-i', ['submit'], 0, /^yes$/m],
  ['can-i', ['--list'], 0, /^yes +submit +tasks:write$/m],
  ['token', ['list'], 0, /^boss /m],
  ['pause', [], 0, /./],
  ['resume', [], 0, /./],
  ['submit', ['Say hello', '--id', 'S1', '--agent', 'A-1', '--estimate', '1s'], 0, /S1/],
  ['wait', ['S1', '--for', 'COMPLETED', '--timeout', '40s'], 0, /S1 is COMPLETED/],
  ['wait', ['t0', '--for', 'COMPLETED', '--timeout', '20s'], 0, /t0 is COMPLETED/],
  ['context', ['S1'], 0, /Say hello/],
  ['logs', ['A-1', '-n', '5'], 0, /./],
  ['events', ['-n', '5'], 0, /./],
  ['explain', ['A-1'], 0, /demo/],
  ['send', ['A-1', 'hello', '--wait'], 0, /delivered/],
  ['approve', ['yes', '-y'], 0, /yes/],
  ['deny', ['no'], 0, /no/],
  ['submit', ['Later', '--id', 'S2', '--needs', 'maybe'], 0, /S2/],
  ['block', ['S2', 'a key is missing'], 0, /S2/],
  ['unblock', ['S2'], 0, /S2/],
  ['cancel', ['S2'], 0, /S2/],
  ['retry', ['S2'], 0, /S2/],
  ['restart', ['A-3'], 0, /A-3/],
  ['stop', ['A-3'], 0, /A-3/],
  ['ack', ['E-9'], 2, /E-9/],
  ['token', ['revoke', 'gone'], 2, /there is no token gone/],
]

describe('the API over TCP, of a daemon', function () {
  // Sixty calls of the program, one after the other.
  this.timeout(400_000)
  const o = new Orchestra()
  let url = ''
  const files: Record<string, string> = {}

  before(async () => {
    const port = await freePort()
    url = `http://127.0.0.1:${port}`
    await o.ok('up', o.write('doors.yaml', layoutOf(port)), '-d', '--wait')
    for (const [name, role] of [
      ['boss', 'admin'],
      ['eyes', 'viewer'],
    ] as const) {
      // prettier-ignore
      files[name] = join(o.work, `${name}.token`)
      writeFileSync(files[name], await o.ok('token', 'add', name, '--role', role), { mode: 0o600 })
    }
  })
  after(() => o.close())

  const over = (who: string, args: readonly string[]): Promise<Finished> =>
    o.run([...args, '--api', url, '--token-file', files[who] ?? ''])
  const ask = async <T>(method: string, path: string, body?: unknown) => {
    const { readFile } = await import('node:fs/promises')
    const answer = await fetch(`${url}${path}`, {
      method,
      headers: { authorization: `Bearer ${(await readFile(files['boss'] ?? '', 'utf8')).trim()}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    return { status: answer.status, body: (await answer.json()) as T }
  }

  it('does every verb that makes sense there, and says of each other why it does not', async () => {
    const verbs = (await allVerbs()).map(({ name }) => name)
    const tried = new Set(OVER_API.map(([verb]) => verb))
    // One that is not in the table yet has at least to find its daemon, or to say what it lacks.
    for (const name of verbs.filter((one) => one !== 'down' && !tried.has(one))) {
      const { code, stdout, stderr } = await over('boss', [name])
      expect(code, `${name}: ${stdout}${stderr}`).to.be.oneOf([0, 1, 2])
    }
    for (const [verb, args, code, says] of OVER_API) {
      const done = await over('boss', [verb, ...args])
      const said = done.stdout + done.stderr
      expect(done.code, `${verb} ${args.join(' ')}: ${said}`).to.equal(code)
      expect(said, verb).to.match(says)
    }
    for (const [words, says] of [
      [['status', '--token-file', files['boss'] ?? ''], /goes with --api/],
      [['status', '--api', url], /--api needs --token-file/],
      [['status', '--api', url, '--token-file', files['boss'] ?? '', '--session', 'x'], /do not go together/],
    ] as const) {
      const done = await o.run(words)
      expect(done.code).to.equal(2)
      expect(done.stderr).to.match(says)
    }
  })

  it('refuses a viewer each verb that its role does not have, with exit 1 and the permission', async () => {
    const viewer = BUILT_IN_ROLES.find(({ id }) => id === 'viewer')
    const denied = (await allVerbs()).filter(
      ({ permission, notOverApi }) =>
        notOverApi === undefined && permission !== null && permission !== 'any' && viewer?.allow.includes(permission) === false, // prettier-ignore
    )
    expect(denied.length).to.be.greaterThan(10)
    const words: Readonly<Record<string, readonly string[]>> = {
      block: ['t0', 'x'],
      submit: ['x'],
      send: ['A-1', 'x'],
      approve: ['maybe', '-y'],
      token: ['list'],
      trees: ['repair'],
      ack: ['E-1'], // prettier-ignore
      deny: ['maybe'],
      retry: ['t0'],
      unblock: ['t0'],
      cancel: ['t0'],
      restart: ['A-1'],
      stop: ['A-1'], // prettier-ignore
    }
    const told = denied.filter(
      ({ name, positionals }) => name in words || !positionals.some(({ required }) => required),
    )
    await Promise.all(
      told.map(async ({ name, permission }) => {
        const done = await over('eyes', [name, ...(words[name] ?? [])])
        expect(done.code, `${name}: ${done.stderr}`).to.equal(1)
        expect(done.stderr, name).to.include(`token:eyes may not do this: it needs ${permission}`)
      }),
    )
  })

  it('executes tasks together, at most so many at a time, and answers how they ended', async () => {
    const tasks = ['a', 'b', 'c', 'd'].map((id) => ({ id: `X-${id}`, title: id, estimateMs: 300 }))
    const { status, body } = await ask<ExecutionDocument>('POST', '/api/v1/execute', {
      tasks,
      max_workers: 1,
      wait_ms: 60_000,
    })
    expect(status).to.equal(201)
    expect(body).to.deep.include({ status: 'completed', max_workers: 1 })
    expect(body.results.map(({ task, status: state }) => `${task} ${state}`)).to.deep.equal(
      tasks.map(({ id }) => `${id} COMPLETED`),
    )
    const later = await ask<ExecutionDocument>('GET', `/v1/executions/${body.execution_id}`)
    expect(later.body).to.deep.equal(body)
    const { body: rows } = await ask<ExecutionRow[]>('GET', '/v1/executions?limit=4')
    expect(rows.map(({ task }) => task).toSorted()).to.deep.equal(tasks.map(({ id }) => id))
    for (const [i, row] of rows.entries()) {
      expect(row).to.deep.include({ execution: body.execution_id, execution_id: `${row.task}.1`, status: 'succeeded', agent_type: 'demo' }) // prettier-ignore
      const before = rows[i - 1]
      if (before !== undefined) expect(row.started_at >= (before.completed_at ?? '9')).to.equal(true)
    }
    const twice = await ask('POST', '/v1/execute', { tasks: [{ title: 'x', id: 'Y' }, { title: 'y', id: 'Y' }] }) // prettier-ignore
    expect(twice.status).to.equal(400)
    expect((await ask('POST', '/v1/execute', { tasks: [] })).status).to.equal(400)
    expect((await ask('GET', '/v1/executions/none')).status).to.equal(400)
  })

  it('names the issue of a task to clients that know other names', async () => {
    const stop = new AbortController()
    const token = readFileSync(files['eyes'] ?? '', 'utf8').trim()
    const answer = await fetch(`${url}/api/v1/stream?only=event&after=0`, {
      headers: { authorization: `Bearer ${token}` },
      signal: stop.signal,
    })
    let heard = ''
    for await (const part of answer.body ?? []) {
      heard += Buffer.from(part).toString('utf8')
      if (heard.includes('"agent_started"')) break
    }
    stop.abort()
    expect(heard).to.match(
      /"type":"agent_started","agent_type":"command","issue_number":1169,"execution_id":"t0\.1"/,
    )
  })

  it('forgets a task that never started, and cancels one that others wait for', async () => {
    for (const body of [
      { id: 'R1', title: 'waits', needs: ['maybe'] },
      { id: 'R2', title: 'waits too', needs: ['R1'] },
    ])
      expect((await ask('POST', '/v1/tasks', body)).status).to.equal(201)
    expect((await ask<object>('DELETE', '/v1/tasks/R1')).body).to.deep.include({ forgotten: false })
    expect((await ask<object>('DELETE', '/api/v1/tasks/R2')).body).to.deep.include({ forgotten: true })
    expect((await ask<object>('DELETE', '/v1/tasks/R1')).body).to.deep.include({ forgotten: true })
    const ids = (await o.status()).tasks.map(({ id }) => id)
    expect(ids).to.not.include.members(['R1', 'R2'])
    expect((await ask('DELETE', '/v1/tasks/R1')).status).to.equal(400)
  })

  it('says how it is on both paths', async () => {
    // How soon it does is a figure of scripts/bench/door-pairs.ts.
    for (const path of ['/v1/health', '/api/v1/health']) {
      const { status, body } = await ask<{ status: string }>('GET', path)
      expect([status, body.status]).to.deep.equal([200, 'ok'])
    }
  })

  it('says that its port is taken, in up, status and doctor, and takes it when it is free', async () => {
    const other = createServer()
    const port = await freePort()
    await new Promise<void>((done) => other.listen(port, '127.0.0.1', done))
    const moved = await o.run(['up', o.write('doors.yaml', layoutOf(port)), '-d'])
    const words = new RegExp(`cannot listen on 127.0.0.1:${port}: another program has that port`)
    expect(moved.stderr).to.match(words)
    const { attention } = (await o.status()).summary
    expect(attention.find(({ kind }) => kind === 'api_closed')).to.deep.include({
      id: 'api.tcp',
      human: true,
    })
    expect((await o.run(['status'])).stdout).to.match(words)
    const doctor = await o.run(['doctor'])
    expect(doctor.code).to.equal(1)
    expect(doctor.stdout)
      .to.match(words)
      .and.match(/give `api.tcp` in the layout another host or port/)
    await new Promise((done) => other.close(done))
    url = `http://127.0.0.1:${port}`
    // It is tried again by itself, too; an `up` need not wait for that.
    await o.ok('up', 'doors.yaml', '-d')
    await o.untilStatus(({ summary }) => summary.attention.every(({ kind }) => kind !== 'api_closed'))
    expect((await over('eyes', ['status'])).code).to.equal(0)
  })

  it('is not opened to other machines without TLS, and says what to do', async () => {
    for (const [tcp, says] of [
      ['{ host: 0.0.0.0 }', /reached from other machines.*give `tls: .*`behind: proxy`/],
      ['{ host: 0.0.0.0, behind: proxy }', /list the names under which clients reach it/],
    ] as const) {
      const done = await o.run([
        'validate',
        o.write('wide.yaml', `version: 1\nsession: wide\napi: { tcp: ${tcp} }\n`),
      ])
      expect(done.code).to.equal(2)
      expect(done.stderr).to.match(says)
    }
  })

  it('leaves no token in a file, an argument or an answer', async () => {
    const secret = readFileSync(files['boss'] ?? '', 'utf8').trim()
    const said = [
      await over('boss', ['status', '--verbose']),
      await over('boss', ['ack', 'E-9', '--verbose']),
    ]
    for (const { stdout, stderr } of said) expect(stdout + stderr).to.not.include(secret)
    for (const path of readdirSync(o.dir, { recursive: true, withFileTypes: true })) {
      if (!path.isFile() || path.name.endsWith('.token')) continue
      expect(textOf(join(path.parentPath, path.name)), path.name).to.not.include(secret.slice(-43))
    }
    for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
      expect(textOf(`/proc/${pid}/cmdline`)).to.not.include(secret.slice(-43))
    }
  })

  it('goes down over --api, too', async () => {
    const done = await over('boss', ['down'])
    expect(done.code, done.stderr).to.equal(0)
    expect(done.stdout).to.match(/doors is down/)
  })
})

/** Empty for what has gone meanwhile. */
function textOf(path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return ''
  }
}

function freePort(): Promise<number> {
  const server = createServer()
  return new Promise((done) =>
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => done(typeof address === 'object' && address !== null ? address.port : 0))
    }),
  )
}
