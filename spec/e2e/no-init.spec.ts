/** A container without an init: process 1 collects nobody, so each orphan would stay as a zombie. */
import { expect } from 'chai'
import { spawn, type ChildProcess } from 'node:child_process'
import { readFileSync, readdirSync } from 'node:fs'
import { eventually } from '../support/eventually.js'
import { Orchestra } from '../support/orchestra.js'
import { endProcess } from '../support/processes.js'

/** pid, parent and state of every process, as seen from outside. */
function table(): {
  readonly pid: number
  readonly parent: number
  readonly state: string
  readonly name: string
}[] {
  return readdirSync('/proc').flatMap((pid) => {
    try {
      const [, name = '', state = '', parent] = /^\d+ \((.*)\) (\S) (\d+)/s.exec(
        readFileSync(`/proc/${pid}/stat`, 'utf8'),
      ) as RegExpExecArray
      return [{ pid: Number(pid), parent: Number(parent), state, name }]
    } catch {
      return []
    }
  })
}

describe('a daemon as process 1', function () {
  this.timeout(90_000)
  let orchestra: Orchestra
  let outer: ChildProcess | undefined

  before(function () {
    if (process.getuid?.() !== 0) return this.skip()
    orchestra = new Orchestra()
  })
  after(async () => {
    for (const { pid, parent } of table()) if (parent === outer?.pid) endProcess(pid)
    await orchestra?.close()
  })

  it('has no zombies after tasks that were run, checked, cancelled and timed out', async () => {
    const layout = orchestra.write(
      'noinit.yaml',
      `version: 1
session: noinit
machines: { here: { kind: local } }
agents: { A: { type: command, command: [cat] } }
tasks:
  quick: { type: command, command: "true", verify: ["true"] }
  second: { type: command, command: "true", verify: ["true"], needs: [quick] }
  late: { type: command, command: "exec sleep 300", timeout: 1s }
  cancelled: { type: command, command: "exec sleep 300" }
`,
    )
    const inner = [process.execPath, orchestra.program, 'daemon', '--foreground', '--layout', layout]
    const argv = ['unshare', '-pf', '--mount-proc', '--', ...inner]
    outer = spawn(argv[0] ?? '', argv.slice(1), {
      env: orchestra.env,
      cwd: orchestra.work,
      stdio: 'ignore',
    })
    await eventually(() => orchestra.status(), 20_000)
    await orchestra.ok('up', layout, '-d', '--wait')
    const one = table().find(({ parent }) => parent === outer?.pid)?.pid
    expect(one).to.be.a('number')
    const zombies = () => table().filter(({ parent, state }) => parent === one && state === 'Z')
    // A shell that is cut off while a daemon comes up may leave what it was running; tasks leave nothing.
    const before = new Set(zombies().map(({ pid }) => pid))
    await orchestra.ok('run')
    await orchestra.untilStatus(({ tasks }) =>
      expect(tasks.find(({ id }) => id === 'cancelled')?.status).to.equal('IN_PROGRESS'),
    )
    await orchestra.ok('cancel', 'cancelled')
    await orchestra.untilStatus(({ tasks }) =>
      expect(tasks.map(({ status }) => status)).to.deep.equal([
        'COMPLETED',
        'COMPLETED',
        'FAILED',
        'CANCELLED',
      ]),
    )
    const left = () => zombies().filter(({ pid }) => !before.has(pid))
    // A job of a moment ago is being collected by its launcher; what has no parent stays for ever.
    await eventually(() => expect(left().map(({ name }) => name)).to.deep.equal([]), 10_000)
  })
})
