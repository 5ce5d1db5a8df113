/**
 * The proof that nothing is made twice on GitHub: in each of 10 runs 40 issues are created while half of all requests fail in
 * some way, by a process that is killed 10 times; on our own fake GitHub, then on `emulate`, which somebody else wrote.
 * `npx tsx scripts/github-creations.ts [RUNS] [fake|emulate]`; ends with 1 where an issue is doubled or missing.
 */
import { runCampaign, tallyOf, type Tally } from '../spec/support/github/creation-campaign.js'
import { EMULATED, EMULATED_TOKEN, withEmulator } from '../spec/support/github/emulated.js'
import { someFaults } from '../spec/support/github/fake-faults.js'
import { withFakeGithub } from '../spec/support/github/fake-github.js'
import { withFaultyProxy } from '../spec/support/github/faulty-proxy.js'

const TASKS = 40
const KILLS = 10
const SHARE = 0.5

interface Run extends Tally {
  readonly kills: number
  readonly creations: number
}

async function onFake(seed: number): Promise<Run> {
  let run: Run | undefined
  await withFakeGithub(async (github) => {
    const repository = github.repository()
    github.limit = github.remaining = 1_000_000
    github.faults = someFaults(seed, SHARE, { lateMs: 60 })
    const place = { api: github.url, token: 'token-of-orchestra', owner: 'owner', repo: 'name' }
    const made = () => repository.issues.size
    const kills = await runCampaign({ place, tasks: TASKS, kills: KILLS, seed, made })
    if (github.problems.length > 0) throw new Error(github.problems.join('\n'))
    const titles = [...repository.issues.values()].map(({ title }) => title)
    run = { kills, creations: github.writes.length, ...tallyOf(titles, TASKS) }
  })
  return run!
}

async function onEmulator(seed: number): Promise<Run> {
  let run: Run | undefined
  await withEmulator(async (url) => {
    let creations = 0
    let made = 0
    const random = someFaults(seed, SHARE, { lateMs: 60 })
    const faults: typeof random = (request) => {
      const fault = random(request)
      if (request.method !== 'POST') return fault
      creations += 1
      if (fault === null || !/before|secondary/.test(fault.kind)) made += 1
      return fault
    }
    await withFaultyProxy(url, faults, async (api) => {
      const place = { api, token: EMULATED_TOKEN, ...EMULATED }
      const kills = await runCampaign({ place, tasks: TASKS, kills: KILLS, seed, made: () => made })
      run = { kills, creations, ...tallyOf(await titlesAt(url), TASKS) }
    })
  })
  return run!
}

async function titlesAt(url: string): Promise<string[]> {
  const address = `${url}/repos/${EMULATED.owner}/${EMULATED.repo}/issues?state=all&per_page=100`
  const headers = { authorization: `Bearer ${EMULATED_TOKEN}`, 'user-agent': 'campaign' }
  const titles: string[] = []
  for (let page = 1; ; page += 1) {
    const list = (await (await fetch(`${address}&page=${page}`, { headers })).json()) as { title: string }[]
    titles.push(...list.map(({ title }) => title))
    if (list.length < 100) return titles
  }
}

const [runs = '10', only] = process.argv.slice(2)
let isBad = false
for (const [name, once] of [
  ['fake', onFake],
  ['emulate', onEmulator],
] as const) {
  if (only !== undefined && only !== name) continue
  const all: Run[] = []
  for (let n = 1; n <= Number(runs); n += 1) {
    const run = await once(n)
    all.push(run)
    process.stdout.write(`${name} ${n}: ${JSON.stringify(run)}\n`)
  }
  const sum = (key: keyof Run) => all.reduce((total, run) => total + run[key], 0)
  isBad ||= sum('doubled') > 0 || sum('missing') > 0 || sum('issues') !== TASKS * all.length
  process.stdout.write(
    `${name}: ${TASKS * all.length} tasks, ${sum('kills')} kills, ${sum('creations')} POSTs, ${sum('issues')} issues, ${sum('doubled')} doubled, ${sum('missing')} missing\n`,
  )
}
process.exitCode = isBad ? 1 : 0
