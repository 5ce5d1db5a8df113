/**
 * Kills the daemon with -9 at each step of a merge queue that pushes to a remote, and looks at what landed: each branch once, in the
 * remote and in the mirror, nothing that was not verified; also where a branch conflicts and where one is red together with another.
 * `npx tsx scripts/merging-kills.ts [--rounds N] [--only STEP]`.
 */
import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { ApiClient } from '../lib/api/client.js'
import { eventually } from '../spec/support/eventually.js'
import { Orchestra } from '../spec/support/orchestra.js'
import { isAlive } from '../spec/support/processes.js'
import { resolvingWorker } from './support/resolving-worker.js'

const STEPS = [
  'merge.queued',
  'merge.built',
  'tree.acquired',
  'tree.ready',
  'merge.verified',
  'merge.landing',
  'merge.landed',
] as const
/** Of a queue in which `four` conflicts with `one`, and `three` is red together with `two`. */
const TROUBLES = [
  'merge.resolving',
  'merge.rejected',
  'merge.probe_built',
  'merge.probed',
  'merge.landing',
  'merge.landed',
] as const
const TASKS = ['one', 'two', 'three']
const WORKER = resolvingWorker({
  work: 'echo four > one.txt; echo four > four.txt',
  resolved: 'one and four',
})

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '1' }, only: { type: 'string', default: '' } },
})
let kills = 0
for (let round = 0; round < Number(values.rounds); round += 1)
  for (const [step, isTrouble] of [
    ...STEPS.map((one) => [one, false] as const),
    ...TROUBLES.map((one) => [one, true] as const),
  ]) {
    if (values.only !== '' && values.only !== step) continue
    const { problems, verified, ms } = await landWithKill(
      step,
      round === 0 ? 0 : Math.random() * 300,
      isTrouble,
    )
    kills += 1
    console.log(
      `${step.padEnd(17)} ${isTrouble ? 'in trouble ' : ''}${problems.length === 0 ? 'right' : problems.join('; ')} (${verified} verifications, ${Math.round(ms / 1000)} s)`,
    )
    if (problems.length > 0) process.exitCode = 1
  }
console.log(`${kills} kills`)
process.exit()

async function landWithKill(step: string, delayMs: number, isTrouble: boolean) {
  const started = performance.now()
  const orchestra = new Orchestra()
  try {
    const { layout, origin } = prepare(orchestra, isTrouble)
    const lands = isTrouble ? ['one', 'two', 'four'] : TASKS
    await orchestra.ok('up', layout, '-d', '--run')
    await killAt(orchestra, step, delayMs)
    await orchestra.ok('up', layout, '-d')
    await orchestra.untilStatus(({ run, tasks, merges }) => {
      const open = lands.filter((id) => tasks.find((task) => task.id === id)?.landed == null)
      const refused = merges[0]?.problems
        .map(({ task, against }) => `${task} with ${against.join()}`)
        .join('; ')
      if (run.phase !== 'finished' || open.length > 0 || refused !== (isTrouble ? 'three with two' : ''))
        throw new Error(`${run.phase}, not landed: ${open.join()}; refused: ${refused}`)
    }, 240_000)
    const log = git(origin, 'log', '--first-parent', '--format=%s%n%T', 'main').split('\n')
    const subjects = log.filter((_, at) => at % 2 === 0)
    const tree = git(origin, 'ls-tree', '--name-only', 'main').split('\n')
    const runs = readFileSync(join(orchestra.work, 'runs'), 'utf8').trim().split('\n')
    const problems = [
      ...lands.flatMap((task) => {
        const count = subjects.filter((subject) => subject.startsWith(`${task}: `)).length
        return count === 1 && tree.includes(`${task}.txt`) ? [] : [`${task} landed ${count} times`]
      }),
      ...(runs.includes(git(origin, 'rev-parse', 'main^{tree}'))
        ? []
        : ['what is in main was never verified']),
    ]
    return { problems, verified: runs.length, ms: performance.now() - started }
  } finally {
    await orchestra.close()
  }
}

function prepare(orchestra: Orchestra, isTrouble: boolean): { layout: string; origin: string } {
  const origin = join(orchestra.work, 'origin.git')
  const app = join(orchestra.work, 'app')
  mkdirSync(app)
  git(orchestra.work, 'init', '-q', '--bare', '-b', 'main', origin)
  git(app, 'init', '-q', '-b', 'main')
  writeFileSync(join(app, 'first.txt'), 'first\n')
  git(app, 'add', '-A')
  git(app, 'commit', '-q', '-m', 'first')
  git(app, 'remote', 'add', 'origin', origin)
  git(app, 'push', '-q', 'origin', 'main')
  const commit = (task: string) =>
    `{ title: ${task}, tree: app, priority: ${TASKS.indexOf(task) + 1}, command: "echo ${task} > ${task}.txt && git add -A && git -c user.name=a -c user.email=a commit -qm ${task}" }`
  const worker = orchestra.write('worker.sh', WORKER)
  chmodSync(worker, 0o755)
  const more = isTrouble
    ? `  four: { title: four, agent: W, priority: 4, prompt: four }
  land: { title: land, type: merge, tree: app, needs: [${TASKS.join(', ')}, four], retry: 1 }
agents: { W: { type: command, command: [sh, ${worker}], tree: app } }
`
    : ''
  const check = isTrouble ? '; test ! -e two.txt || test ! -e three.txt' : ''
  const layout = orchestra.write(
    'kills.yaml',
    `version: 1
session: kills
repositories: { app: { machine_paths: { here: ${app} }, remote: origin } }
machines: { here: { kind: local } }
trees: { app: { repository: app, size: 5, dir: ${orchestra.work}/trees } }
merges: { app: { pool: app, push: branch, verify: ["git rev-parse HEAD^{tree} >> ${orchestra.work}/runs; sleep 0.3${check}"] } }
tasks:
${TASKS.map((task) => `  ${task}: ${commit(task)}`).join('\n')}
${more}`,
  )
  return { layout, origin }
}

/** As soon as the event is told. */
async function killAt(orchestra: Orchestra, step: string, delayMs: number): Promise<void> {
  const stop = new AbortController()
  const client = new ApiClient(`${orchestra.state}/run/kills.sock`)
  const pid = orchestra.daemonPid('kills')
  if (pid === undefined) throw new Error('there is no daemon')
  const kill = () => {
    if (stop.signal.aborted) return
    stop.abort()
    setTimeout(() => process.kill(pid, 'SIGKILL'), delayMs)
  }
  await client
    .stream(
      '/v1/stream?only=event&after=0',
      ({ data }) => {
        if (JSON.stringify(data).includes(`"${step}"`)) kill()
      },
      stop.signal,
    )
    .catch(() => undefined)
  await eventually(() => !isAlive(pid), 60_000)
}

function git(at: string, ...args: string[]): string {
  const identity = ['-c', 'user.name=p', '-c', 'user.email=p@example.test']
  return execFileSync('git', [...identity, ...args], {
    cwd: at,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  }).trim()
}
