/** Deployments by the workflow that is shipped: taken back when they are not healthy or not healthy in time, and only then. */
import { expect } from 'chai'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TaskRow } from '../../lib/core/protocol/status.js'
import { Orchestra } from '../support/orchestra.js'

const deployment = (id: string, health: string, more = '') =>
  `  ${id}: { use: deployment, with: { build: 'echo 2 > ${id}.new', deploy: 'cat ${id}.new > ${id}.live', health: '${health}', rollback: 'echo 1 > ${id}.live; echo back >> ${id}.back'${more} } }`

describe('the workflow deployment', function () {
  let orchestra: Orchestra
  let tasks: readonly TaskRow[]
  let code: number | null
  const statuses = (id: string) =>
    ['build', 'deploy', 'health', 'rollback'].map(
      (step) => tasks.find((row) => row.id === `${id}-${step}`)?.status,
    )
  const file = (name: string) => readFileSync(join(orchestra.work, name), 'utf8').trim()

  before(async () => {
    orchestra = new Orchestra()
    const layout = orchestra.write(
      'deploy.yaml',
      `version: 1
session: deploy
machines: { here: { kind: local } }
workflows:
${deployment('green', 'grep -q 2 green.live')}
${deployment('red', 'echo not healthy; exit 3')}
${deployment('hung', 'sleep 600', ', health_timeout: 1500ms')}
${deployment('late', 'echo x >> late.tries; test "$(wc -l < late.tries)" -ge 2', ', health_attempts: 3, health_delay: 100ms')}
${deployment('unbuilt', 'true')}
  own: { use: ./steps.yaml, with: { what: 'echo own > own.txt' }, needs: green-health }
x-note: unbuilt is broken below
`,
    )
    orchestra.write(
      'steps.yaml',
      "version: 1\ninputs: { what: {} }\ntasks: { one: { type: command, command: '${what}' } }\n",
    )
    const text = readFileSync(layout, 'utf8').replace("build: 'echo 2 > unbuilt.new'", "build: 'exit 4'")
    orchestra.write('deploy.yaml', text)
    const plan = await orchestra.ok('plan', layout)
    expect(plan).to.match(/^\+ task red-rollback \(/m)
    await orchestra.ok('up', layout, '-d')
    code = (await orchestra.run(['run', '--wait'])).code
    tasks = (await orchestra.status()).tasks
  })

  after(() => orchestra.close())

  it('rolls nothing back that is healthy', () => {
    expect(statuses('green')).to.deep.equal(['COMPLETED', 'COMPLETED', 'COMPLETED', 'CANCELLED'])
    expect(file('green.live')).to.equal('2')
    expect(existsSync(join(orchestra.work, 'green.back'))).to.equal(false)
  })

  it('rolls back when the health check fails', () => {
    expect(statuses('red')).to.deep.equal(['COMPLETED', 'COMPLETED', 'FAILED', 'COMPLETED'])
    expect([file('red.live'), file('red.back')]).to.deep.equal(['1', 'back'])
  })

  it('rolls back when the health check takes longer than its time limit', () => {
    expect(statuses('hung')).to.deep.equal(['COMPLETED', 'COMPLETED', 'FAILED', 'COMPLETED'])
    expect(tasks.find(({ id }) => id === 'hung-health')).to.include({ attempt_status: 'timed_out' })
    expect([file('hung.live'), file('hung.back')]).to.deep.equal(['1', 'back'])
  })

  it('waits for the health checks that it is allowed', () => {
    expect(statuses('late')).to.deep.equal(['COMPLETED', 'COMPLETED', 'COMPLETED', 'CANCELLED'])
    expect(file('late.live')).to.equal('2')
  })

  it('rolls nothing back that was never deployed', () => {
    expect(statuses('unbuilt')).to.deep.equal(['FAILED', 'BLOCKED', 'BLOCKED', 'BLOCKED'])
    expect(existsSync(join(orchestra.work, 'unbuilt.back'))).to.equal(false)
  })

  it('fails as a run, and runs a workflow of the person’s own', () => {
    expect(code).to.equal(1)
    expect(file('own.txt')).to.equal('own')
  })
})
