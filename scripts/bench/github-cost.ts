/**
 * What five connections cost a daemon that has nothing to do: requests (all, and those that GitHub counts), CPU and memory, beside a
 * daemon without GitHub on the same machine at the same time.
 *
 *   npx tsx scripts/bench/github-cost.ts [MINUTES, 10] [read|mirror, read]
 *
 * The GitHub is the specs' own, in this process; its work is not the daemon's.
 */
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { daemonMeter, type DaemonMeter } from '../../spec/support/daemon-meter.js'
import { FakeGithub } from '../../spec/support/github/fake-github.js'
import { Orchestra } from '../../spec/support/orchestra.js'

const REPOSITORIES = 5
const ISSUES = 50
const [minutes = '10', mode = 'read'] = process.argv.slice(2)

const github = new FakeGithub()
const connected = new Orchestra({ env: { GITHUB_BENCH_TOKEN: 'token-of-orchestra' } })
const plain = new Orchestra()
try {
  await github.start()
  for (let n = 1; n <= REPOSITORIES; n += 1) {
    const repository = github.repository(`owner/name-${n}`)
    for (let i = 1; i <= ISSUES / REPOSITORIES; i += 1)
      github.world.addIssue(repository, { title: `Issue ${i}`, body: `depends: #${i}` })
  }
  const withGithub = await daemonOf(connected, true)
  const without = await daemonOf(plain, false)
  await connected.untilStatus((status) => status.github.every(({ state }) => state === 'online'), 60_000)
  // What a start costs is another question.
  await sleep(20_000)
  const [seen, remaining] = [github.requests.length, github.remaining]
  const before = [withGithub, without].map(cpuMs)
  const since = performance.now()
  await sleep(Number(minutes) * 60_000)
  const wall = performance.now() - since
  const [cpu = 0, plainCpu = 0] = [withGithub, without].map((meter, i) => cpuMs(meter) - (before[i] ?? 0))
  const fresh = github.requests.slice(seen)
  const count = (test: (one: (typeof fresh)[number]) => boolean) => fresh.filter(test).length
  console.log(
    [
      `${REPOSITORIES} repositories, ${ISSUES} issues, mode ${mode}, ${minutes} quiet minutes`,
      `requests ${fresh.length}, of which ${remaining - github.remaining} counted, ${count(({ status }) => status === 304)} not modified, ${count(({ method }) => method !== 'GET')} writes`,
      `CPU ${percent(cpu, wall)} % of a core, without GitHub ${percent(plainCpu, wall)} %`,
      `memory ${withGithub.rss().toFixed(1)} MB, without GitHub ${without.rss().toFixed(1)} MB`,
    ].join('\n'),
  )
} finally {
  await Promise.all([connected, plain].map((one) => one.run(['down']).then(() => one.close())))
  await github.stop()
}

async function daemonOf(orchestra: Orchestra, isConnected: boolean): Promise<DaemonMeter> {
  const hubs = Array.from({ length: REPOSITORIES }, (_, i) => `hub-${i + 1}`)
  const machines = hubs.map((id, i) => `  ${id}: { kind: github, repository: owner/name-${i + 1} }\n`)
  const connections = hubs.map(
    (id) =>
      `  ${id}: { api: '${github.url}', token: { env: GITHUB_BENCH_TOKEN }, mode: ${mode}, poll: { active: 60s, idle: 60s } }\n`,
  )
  orchestra.write(
    'orchestra.yaml',
    `version: 1
session: cost
machines:
  here: { kind: local }
${machines.join('')}${isConnected ? `github:\n${connections.join('')}` : ''}tasks:
  later: { type: command, command: 'true' }
`,
  )
  await orchestra.ok('up', '-d')
  return daemonMeter(orchestra, 'cost')
}

/** User and system time of the process. */
function cpuMs({ pid }: DaemonMeter): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ')
  return (Number(fields[11]) + Number(fields[12])) * 10
}

function percent(cpu: number, wall: number): string {
  return ((cpu / wall) * 100).toFixed(2)
}
