/**
 * A GitHub on this machine, and all that orchestra does with one: a milestone becomes a run, demo agents work on two hosts that are
 * reached by ssh (`scripts/demo-hosts.ts`), reports and status comments appear, a person answers a gate by a comment, the network is lost in the middle and comes back, nothing is there twice.
 *
 *   npx tsx scripts/demo-github.ts
 *
 * Everything stands in a directory of its own, HOME and tmux sockets too, which is removed at the end. Exit 0: all of it happened.
 */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseMarker } from '../lib/core/github/marker.js'
import type { StatusDocument } from '../lib/core/protocol/status.js'
import { eventually } from '../spec/support/eventually.js'
import { FakeGithub } from '../spec/support/github/fake-github.js'
import type { FakeRepository } from '../spec/support/github/fake-world.js'
import { Orchestra } from '../spec/support/orchestra.js'

const SPEED = '60'
const since = performance.now()
const say = (text: string) =>
  console.log(`\n[${((performance.now() - since) / 1000).toFixed(0).padStart(3)} s] ${text}`)

say('building orchestra, starting a GitHub and two hosts on loopback')
const github = new FakeGithub()
const repository = github.repository('demo/shop')
plant(github, repository)
const orchestra = new Orchestra({ env: { GITHUB_DEMO_TOKEN: 'token-of-orchestra' } })
const SSH = { ORCHESTRA_SSH_CONFIG: join(orchestra.state, 'demo-hosts', 'ssh_config') }
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void closeAll().finally(() => process.exit(130)))
try {
  hosts('start')
  await github.start()
  await demonstrate(Number(new URL(github.url).port))
} catch (error) {
  for (const word of ['status', 'outbox'])
    console.error((await orchestra.run(['github', word], { env: SSH })).stdout)
  throw error
} finally {
  await closeAll()
}

async function closeAll(): Promise<void> {
  hosts('stop')
  await orchestra.close()
  await github.stop()
}

/** mugen and majin: an sshd each, with its own HOME and its own tmux, below the demonstration's own directory. */
function hosts(verb: 'start' | 'stop'): void {
  execFileSync(process.execPath, ['--import=tsx', 'scripts/demo-hosts.ts', verb], {
    cwd: join(dirname(fileURLToPath(import.meta.url)), '..'),
    env: orchestra.env,
    stdio: 'ignore',
  })
}

async function demonstrate(port: number): Promise<void> {
  orchestra.write('orchestra.yaml', layoutText(github.url, ''))
  await show('up', '-d')
  await orchestra.untilStatus(
    ({ github: [hub], machines }) =>
      hub?.state === 'online' && machines.every(({ state }) => state === 'online'),
    60_000,
  )
  await show('machines')
  await show('github', 'check')

  say('a milestone of six issues becomes tasks')
  await show('github', 'import', '--milestone', 'First customers', '-o', 'tasks.yaml')
  const imported = readFileSync(join(orchestra.work, 'tasks.yaml'), 'utf8')
  // What a person adds by hand: a gate that is asked after the tables, and a task that gets an issue.
  const own = '  launch: { title: Launch the shop, issue: create, needs: [opening, issue-6], estimate: 5m }\n'
  const text = `${imported.replace(/^tasks:\n/m, `tasks:\n${own}`)}
gates:
  opening: { title: May the shop open, after: [issue-3, issue-4], approve: human }
`
  orchestra.write('orchestra.yaml', layoutText(github.url, text))
  await show('validate')
  await show('up', '-d')
  await show('github', 'plan')
  await show('run')

  await eventually(() => comments(/^\/orchestra approve opening /m).length === 1, 60_000)
  say('the gate asks on issue #1; ada answers there with the line that it names')
  const line = /^\/orchestra approve opening \S+/m.exec(comments(/Gate opening/)[0]?.body ?? '')?.[0] ?? ''
  const mallory = github.world.user('mallory')
  github.world.addComment(repository, 1, { body: line, user: mallory })
  const answer = github.world.addComment(repository, 1, { body: line, user: github.world.user('ada') })
  console.log(`  mallory, who may only read, and then ada: ${line}`)
  await orchestra.untilStatus(
    ({ gates }) => gates.find(({ id }) => id === 'opening')?.status === 'open',
    40_000,
  )
  console.log(grep(await orchestra.ok('events', '-n', '300'), /mallory|ada: |opening/))

  say('the answer to one write is lost, then the whole network')
  await loseAnAnswer()
  await github.stop()
  const before = github.writes.length
  const worked = done(await orchestra.status())
  await orchestra.untilStatus((status) => status.github[0]?.state !== 'online', 40_000)
  await orchestra.untilStatus((status) => done(status) === 6 || done(status) > worked, 40_000)
  await show('github', 'status')
  await show('github', 'outbox')

  // A report that a person asks for waits with the rest.
  await show('github', 'report', 'synthesis', '--post')

  say('the network is there again')
  await github.start(port)
  await orchestra.untilStatus((status) => done(status) === status.tasks.length, 60_000)
  await eventually(async () => (await orchestra.ok('github', 'outbox')).startsWith('nothing waits'), 60_000)
  await eventually(
    () => [...repository.issues.values()].filter(({ state }) => state === 'open').length <= 1,
    30_000,
  )
  await show('github', 'status')
  await show('tasks')

  say('what stands on GitHub')
  list()
  const counts = count()
  console.log(
    `\nissues ${counts.issues}, comments ${counts.comments}, doubled ${counts.doubled}; requests ${github.requests.length}, writes ${github.writes.length}, ${github.writes.length - before} of them after the cut`,
  )
  const reactions = answer.reactions.map(({ content }) => content)
  await show('down')
  hosts('stop')
  const left = orchestra.leftovers()
  if (counts.doubled > 0 || github.problems.length > 0 || left.length > 0 || !reactions.includes('+1'))
    throw new Error(`not as it should be: ${[...github.problems, ...left, ...reactions].join('; ')}`)
  say('done; everything of the demonstration is removed')
}

/** Runs it and prints what a person would see. */
async function show(...args: string[]): Promise<void> {
  console.log(`\n$ orchestra ${args.map((one) => (one.includes(' ') ? `"${one}"` : one)).join(' ')}`)
  const { code, stdout, stderr } = await orchestra.run(args, { env: SSH })
  process.stdout.write((stdout + stderr).replaceAll(`${orchestra.dir}/`, ''))
  if (code !== 0) throw new Error(`orchestra ${args.join(' ')}: exit ${code}`)
}

/** The next comment that orchestra posts is there, and orchestra is not told. */
async function loseAnAnswer(): Promise<void> {
  await new Promise<void>((lost) => {
    github.faults = ({ method, path }) => {
      if (method !== 'POST' || !path.endsWith('/comments')) return null
      github.faults = () => null
      console.log(`  ${method} ${path} was done, and its answer was lost`)
      lost()
      return { kind: 'drop-after' }
    }
  })
}

function comments(pattern: RegExp) {
  return [...repository.comments.values()].filter(({ body }) => pattern.test(body))
}

function done({ tasks }: StatusDocument): number {
  return tasks.filter(({ status }) => status === 'COMPLETED').length
}

function grep(text: string, pattern: RegExp): string {
  return text
    .split('\n')
    .filter((line) => pattern.test(line))
    .join('\n')
}

function list(): void {
  for (const { number, state, title } of repository.issues.values()) {
    console.log(`#${number}  ${state.padEnd(6)}  ${title}`)
    for (const { issue, user, body } of repository.comments.values())
      if (issue === number) console.log(`      ${user.login}: ${body.split('\n')[0]?.slice(0, 90) ?? ''}`)
  }
}

/** Doubled: made again for the same row of the outbox, or the same words again on the same issue. */
function count(): { issues: number; comments: number; doubled: number } {
  const issues = [...repository.issues.values()]
  const own = [...repository.comments.values()].filter(({ user }) => user.login === github.me.login)
  const again = (texts: readonly string[]) => texts.length - new Set(texts).size
  const keys = [...issues, ...own].flatMap(({ body }) => parseMarker(body)?.key ?? [])
  const words = own.map(
    ({ issue, body }) => `${issue}\n${body.trimEnd().split('\n').slice(0, -1).join('\n')}`,
  )
  const doubled = Math.max(again(keys), again(words) + again(issues.map(({ title }) => title)))
  return { issues: issues.length, comments: repository.comments.size, doubled }
}

function plant({ world }: FakeGithub, shop: FakeRepository): void {
  shop.permissions.set('ada', 'write')
  shop.permissions.set('mallory', 'read')
  const dueOn = '2027-01-30T08:00:00Z'
  shop.milestones.push({
    id: 1,
    number: 1,
    title: 'First customers',
    description: null,
    state: 'open',
    dueOn,
  })
  const add = (title: string, body: string, labels: string[] = []) =>
    world.addIssue(shop, { title, body, labels, milestone: 1, parent: shop.issues.size === 0 ? null : 1 })
  add('The shop', 'Everybody reports here.')
  add('[P0] Tables', 'Estimate: 5m', ['P0'])
  add('Sessions', 'depends: #2\nEstimate: 5m')
  add('Billing', 'Blocked by #2\n\nEstimate: 5m')
  add('請求書の一覧', 'depends: #4\nEstimate: 5m')
  add('Load test', 'depends: #3, #5\nEstimate: 5m')
}

function layoutText(api: string, tasks: string): string {
  return `version: 1
session: shop
machines:
  mugen: { kind: ssh, host: mugen }
  majin: { kind: ssh, host: majin }
  hub: { kind: github, repository: demo/shop }
github:
  hub:
    api: ${api}
    token: { env: GITHUB_DEMO_TOKEN }
    mode: mirror
    master: 1
    scope: { milestone: First customers }
    post: [worker, phase]
    poll: { active: 2s, idle: 2s }
agents:
  MG-1: { type: demo, machine: mugen, env: { DEMO_SPEED: '${SPEED}' } }
  MJ-1: { type: demo, machine: majin, env: { DEMO_SPEED: '${SPEED}' } }
windows: [{ name: Agents, agents: [MG-1, MJ-1] }]
${tasks}`
}
