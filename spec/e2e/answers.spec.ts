/** A yes is to the question that the person saw, and comes from a person. */
import { expect } from 'chai'
import { spawn } from 'node-pty'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { eventually } from '../support/eventually.js'
import { type Orchestra, withOrchestra } from '../support/orchestra.js'

/** Asks, asks something else when `switch` is there, and writes down the first key that it gets. */
const ASKER = `#!/bin/sh
dialog() { printf '\\033[2J\\033[H\\nDo you want to run this command?\\n  %s\\n❯ 1. Yes\\n  2. No\\nEnter to confirm · Esc to cancel\\n' "$1"; }
stty -echo -icanon
dialog "ls -l"
( while [ ! -e "$1/switch" ]; do sleep 0.05; done; dialog "rm -rf ~/everything" ) &
dd bs=1 count=1 2>/dev/null >"$1/key"
echo answered
exec sleep 1000
`

/** Throws away what comes in the first 450 ms after its question. */
const DEAF = `
import { writeFileSync } from 'node:fs'
process.stdin.setRawMode(true)
process.stdout.write('\\x1b[2J\\x1b[H\\nDo you want to run this command?\\n  ls -l\\n❯ 1. Yes\\n  2. No\\nEnter to confirm · Esc to cancel\\n')
const at = performance.now()
process.stdin.on('data', (key) => {
  if (performance.now() - at > 450) writeFileSync(process.argv[2] + '/key', key)
})
`

function askerLayout(here: Orchestra, script = ASKER): string {
  const program = here.write('asker.sh', script)
  return here.write(
    'asks.yaml',
    `version: 1
session: asks
layers: { L1: O }
machines: { here: { layer: L1, code: A, kind: local } }
agent_types: { asker: { extends: demo, command: [sh, ${program}, ${here.work}] } }
agents: { A-1: { type: asker, machine: here, role: work } }
windows: [ { name: one, agent: A-1 } ]
`,
  )
}

const asksFor = (here: Orchestra, command: string) =>
  here.untilStatus((status) => expect(status.agents[0]?.question?.join('\n')).to.include(command))

/** The command that \`status\` prints below what needs a person, as a shell reads it. */
async function printedCommand(here: Orchestra, cols: number): Promise<string[]> {
  const { stdout } = await here.run(['status'], { env: { COLUMNS: `${cols}` } })
  const at = stdout.indexOf('orchestra approve')
  const text =
    stdout
      .slice(at)
      .replaceAll(/ \\\n\s+/g, ' ')
      .split('\n')[0] ?? ''
  return text.trim().split(/\s+/).slice(1)
}

function post(here: Orchestra, path: string, body: string): Promise<{ status: number; body: string }> {
  const daemon = JSON.parse(readFileSync(join(here.state, 'sessions/asks/daemon.json'), 'utf8')) as {
    socket: string
  }
  return new Promise((done, reject) => {
    const asked = request({ socketPath: daemon.socket, path, method: 'POST' }, (answer) => {
      let text = ''
      answer.setEncoding('utf8').on('data', (part: string) => (text += part))
      answer.on('end', () => done({ status: answer.statusCode ?? 0, body: text }))
    })
    asked.on('error', reject)
    asked.end(body)
  })
}

/** The program on a terminal: what it prints, and what a person types when it asks. */
async function onTerminal(here: Orchestra, args: string[], type: (text: string) => Promise<string>) {
  const shell = spawn(process.execPath, [here.program, ...args], {
    env: here.env,
    cwd: here.work,
    name: 'xterm-256color',
    cols: 80,
    rows: 24,
  })
  let said = ''
  shell.onData((data) => (said += data))
  const code = new Promise<number>((done) => shell.onExit(({ exitCode }) => done(exitCode)))
  await eventually(() => expect(said).to.include('[y/N]'))
  shell.write(`${await type(said)}\r`)
  return { code: await code, said }
}

describe('a yes', () => {
  it('is to exactly the question that was seen', () =>
    withOrchestra(async (here) => {
      const key = join(here.work, 'key')
      const untouched = () => expect(existsSync(key) ? readFileSync(key, 'utf8') : '').to.equal('')
      await here.ok('up', askerLayout(here), '-d', '--wait')
      await asksFor(here, 'ls -l')
      const seen = await printedCommand(here, 100)
      expect(await printedCommand(here, 40)).to.deep.equal(seen)
      expect(seen.slice(0, 3)).to.deep.equal(['approve', 'A-1', '--prompt-id'])

      // Without a terminal, and without a name: shown, and refused.
      const blind = await here.run(['approve', 'A-1'])
      expect([blind.code, blind.stdout]).to.deep.equal([1, ''])
      expect(blind.stderr).to.include('  ls -l\n').and.include(seen.join(' '))
      const api = await post(here, '/v1/answer/A-1/approve', '{}')
      expect([api.status, api.body]).to.satisfy(
        ([code, text]: [number, string]) => code === 409 && text.includes('ls -l'),
      )
      untouched()

      // A no to the question of the terminal is no answer to the agent.
      const no = await onTerminal(here, ['approve', 'A-1'], async (said) => {
        expect(said).to.include('ls -l').and.include('2. No')
        return 'n'
      })
      expect(no.code).to.equal(1)

      // It asks something else by the time of the yes.
      const late = await onTerminal(here, ['approve', 'A-1'], async () => {
        writeFileSync(join(here.work, 'switch'), '')
        await asksFor(here, 'rm -rf')
        return 'y'
      })
      expect(late.code).to.equal(1)
      expect(late.said).to.include('rm -rf ~/everything').and.include('has changed')
      const old = await here.run(seen)
      expect([old.code, old.stdout]).to.deep.equal([1, ''])
      expect(old.stderr).to.include('  rm -rf ~/everything\n')
      untouched()

      const now = await printedCommand(here, 100)
      expect(now).to.not.deep.equal(seen)
      expect(old.stderr).to.include(now.join(' '))
      expect(await here.ok(...now)).to.include('A-1: approved')
      await eventually(() => expect(readFileSync(key, 'utf8')).to.not.equal(''))
    }))

  it('is given once, though two say it at the same time and the program is slow to draw', () =>
    withOrchestra(async (here) => {
      const slow = ASKER.replace('echo answered\n', 'sleep 1\ndd bs=1 count=1 2>/dev/null >"$1/second"\n')
      await here.ok('up', askerLayout(here, slow), '-d', '--wait')
      await asksFor(here, 'ls -l')
      const both = await Promise.all([here.run(['approve', 'A-1', '-y']), here.run(['approve', 'A-1', '-y'])])
      expect(both.map(({ code }) => code ?? -1).toSorted((a, b) => a - b)).to.deep.equal([0, 1])
      expect(both.map(({ stderr }) => stderr).join('')).to.match(/was answered a moment ago|asks nothing now/)
      await eventually(() => existsSync(join(here.work, 'second')))
      await here.run(['explain', 'A-1'])
      expect(readFileSync(join(here.work, 'second'), 'utf8')).to.equal('')
    }))

  it('is not lost on a program that draws its question before it listens', () =>
    withOrchestra(async (here) => {
      const program = here.write('deaf.mjs', DEAF)
      const text = readFileSync(askerLayout(here), 'utf8')
        .replace(/command: \[sh, [^,]+/, `command: [${process.execPath}, ${program}`)
        .replace('role: work }', 'role: work, auto_approve: ["ls -l"] }')
      await here.ok('up', here.write('asks.yaml', text), '-d', '--wait')
      await eventually(() => expect(readFileSync(join(here.work, 'key'), 'utf8')).to.not.equal(''))
    }))

  it('is to what is on the screen now, when the person says so', () =>
    withOrchestra(async (here) => {
      await here.ok('up', askerLayout(here), '-d', '--wait')
      await asksFor(here, 'ls -l')
      expect(await here.ok('approve', 'A-1', '-y')).to.include('A-1: approved')
      await eventually(() => expect(readFileSync(join(here.work, 'key'), 'utf8')).to.not.equal(''))
    }))
})

const gateLayout = (here: Orchestra, session: string, tasks: Record<string, string>) =>
  here.write(
    `${session}.yaml`,
    `version: 1
session: ${session}
layers: { L1: O }
machines: { here: { layer: L1, code: A, kind: local } }
windows: [ { name: one, view: queue } ]
tasks:
  first: { title: first, type: command, machine: here, command: "true" }
  last: { title: last, type: command, machine: here, needs: [deploy], command: "true" }
${Object.entries(tasks)
  .map(
    ([id, command]) =>
      `  ${id}: ${JSON.stringify({ title: id, type: 'command', machine: 'here', needs: ['first'], command })}`,
  )
  .join('\n')}
gates:
  deploy: { after: [first], approve: human }
`,
  )

describe('a gate for a person', () => {
  it('is not opened by a task, however it calls the program', () =>
    withOrchestra(async (here) => {
      const program = `${process.execPath} ${here.program}`
      const clean = `env -i HOME=$HOME PATH=$PATH ORCHESTRA_HOME=${here.state}`
      const say = (name: string) => `>>${join(here.work, name)} 2>&1`
      const ways: Record<string, string> = {
        plain: `${program} approve deploy ${say('plain')}`,
        named: `${program} approve deploy --prompt-id $(${program} status --json | sed 's/.*"gates":.*"prompt_id":"\\([0-9a-f]*\\)".*/\\1/') ${say('named')}`,
        yes: `${program} approve deploy -y ${say('yes')}`,
        no: `${program} deny deploy ${say('no')}`,
        cleared: `${clean} ${program} approve deploy -y ${say('cleared')}`,
        session: `setsid ${clean} ${program} approve deploy -y ${say('session')}; nohup ${program} approve deploy -y ${say('session')}`,
        terminal: `script -qec '${program} approve deploy -y' /dev/null ${say('terminal')}`,
        // Its parent is gone, and it has no ancestor of ours: its own environment tells.
        orphan: `(setsid sh -c '(sleep 0.3; ${program} approve deploy -y; echo over) ${say('orphan')} &' &) ; until grep -q over ${join(here.work, 'orphan')}; do sleep 0.1; done`,
      }
      const tasks = Object.fromEntries(
        Object.entries(ways).map(([id, command]) => [
          id,
          `until ${program} status --json | grep -q '"gate_waiting"'; do sleep 0.1; done; ${command}; true`,
        ]),
      )
      await here.ok('up', gateLayout(here, 'guarded', tasks), '-d', '--run')
      await here.untilStatus(({ tasks: rows }) => {
        for (const id of Object.keys(ways))
          expect(rows.find((row) => row.id === id)?.status, id).to.equal('COMPLETED')
      }, 60_000)
      for (const id of Object.keys(ways)) {
        const said = readFileSync(join(here.work, id), 'utf8')
        expect(said, id).to.include('is refused inside').and.include("not an agent's")
      }
      const { gates, tasks: rows } = await here.status()
      expect(gates[0]?.status).to.equal('waiting')
      expect(rows.find((row) => row.id === 'last')?.status).to.equal('PENDING')

      // A person elsewhere, by the revision that status prints.
      expect((await here.run(['approve', 'deploy'])).code).to.equal(1)
      expect((await here.run(['approve', 'deploy', '--prompt-id', '0'.repeat(64)])).code).to.equal(1)
      expect(await here.ok(...(await printedCommand(here, 40)))).to.include('deploy: approved')
      await here.untilStatus(({ tasks: now }) => now.find((row) => row.id === 'last')?.status === 'COMPLETED')
    }))

  it('of another session is nothing to it', () =>
    withOrchestra(async (here) => {
      const program = `${process.execPath} ${here.program}`
      await here.ok('up', gateLayout(here, 'other', {}), '-d', '--run')
      await here.untilStatus(({ gates }) => gates[0]?.status === 'waiting', 25_000, '--session', 'other')
      const approving = `${program} --session other approve deploy -y`
      await here.ok('up', gateLayout(here, 'mine', { sure: approving }), '-d', '--run')
      await here.untilStatus(({ gates }) => gates[0]?.status === 'open', 25_000, '--session', 'other')
    }))
})
