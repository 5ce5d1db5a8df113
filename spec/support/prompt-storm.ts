/** Everything at once: prompts, a daemon that is killed, links that are cut, people who type into the same composers. */
import { Random } from '../../lib/simulate/random.js'
import { eventually } from './eventually.js'
import type { Orchestra } from './orchestra.js'
import { isAlive } from './processes.js'
import { apiOf, checkBooks, promptLayout, randomPrompt, sendOnce } from './prompt-rig.js'
import type { Books, Sent, TuiAgent } from './prompt-rig.js'
import type { TcpProxy } from './tcp-proxy.js'

interface StormPlan {
  readonly orchestra: Orchestra
  readonly session: string
  readonly layout: string
  readonly agents: readonly TuiAgent[]
  readonly seed: number
  readonly prompts: number
  readonly proxies: readonly TcpProxy[]
  /** So many of each, spread over the prompts: a slow machine gets no worse weather. */
  readonly kills: number
  readonly cuts: number
  readonly persons: number
  readonly readyMs: number
  /** For one prompt, whatever happens. */
  readonly untilMs: number
}

interface Storm {
  readonly sent: readonly Sent[]
  readonly kills: number
  readonly cuts: number
  readonly typed: number
}

/** Brings the agents up, lets the weather loose, and holds the books of both sides against each other. */
export async function stormAndBooks({
  machines,
  quick,
  ...plan
}: Omit<StormPlan, 'session' | 'layout'> & {
  /** Of the layout, beside the local one. */
  readonly machines: string
  /** Only faults over which a few seconds pass at most. */
  readonly quick: boolean
}): Promise<{ readonly storm: Storm; readonly books: Books; readonly seconds: number }> {
  const { orchestra, agents, seed } = plan
  const session = 'storm'
  const layout = promptLayout(orchestra, session, agents, machines)
  await orchestra.ok('up', layout, '-d', '--wait')
  const since = performance.now()
  const storm = await runStorm({ ...plan, session, layout })
  const seconds = (performance.now() - since) / 1000
  return { storm, books: checkBooks(orchestra, storm.sent, String(seed), quick), seconds }
}

async function runStorm(plan: StormPlan): Promise<Storm> {
  const { orchestra, session, agents, seed, prompts, untilMs, readyMs } = plan
  const random = new Random(seed)
  const taken = new Set<string>()
  const sent: Sent[] = Array.from({ length: prompts }, (_, i) => ({
    operation: `storm-${seed}-${i}`,
    agent: agents[i % agents.length]?.id ?? '',
    text: randomPrompt(random, taken),
    receipt: null,
  }))
  const over = new AbortController()
  const isOver = () => over.signal.aborted
  const doubles = new Set(sent.filter(() => random.chance(0.1)))
  const workers = agents.flatMap(({ id }) => {
    const mine = sent.filter((one) => one.agent === id)
    const work = async () => {
      for (let next = mine.shift(); next !== undefined; next = mine.shift()) {
        await sendOnce(orchestra, session, next, { doubled: doubles.has(next), untilMs, readyMs })
        if (/not running/.test(next.receipt?.reason ?? '')) await bringBack(plan, id)
      }
    }
    // Two at a time for one pane.
    return [work(), work()]
  })
  const counts = { kills: 0, cuts: 0, typed: 0 }
  const settled = () => sent.filter((one) => one.receipt !== null).length
  const times = async (count: number, act: () => Promise<void>) => {
    for (let i = 1; i <= count; i++) {
      while (!isOver() && settled() < (prompts * i) / (count + 1)) await sleep(20)
      await sleep(Math.random() * 300)
      if (!isOver()) await act()
    }
  }
  const trouble = [
    times(plan.kills, async () => {
      const pid = orchestra.daemonPid(session)
      if (pid === undefined || !isAlive(pid)) return
      process.kill(pid, 'SIGKILL')
      counts.kills += 1
      await eventually(() => !isAlive(pid))
      // A person would try again, too; whoever loses may find it there.
      await eventually(async () => (await orchestra.run(['up', plan.layout, '-d'])).code === 0, 90_000)
    }),
    times(plan.cuts, async () => {
      const proxy = plan.proxies[counts.cuts % Math.max(1, plan.proxies.length)]
      if (proxy === undefined || proxy.connections === 0) return
      counts.cuts += 1
      if (counts.cuts % 2 === 0) proxy.reset()
      else {
        proxy.cutAfter(Math.floor(Math.random() * 3000))
        const until = performance.now() + 10_000
        while (!isOver() && proxy.connections > 0 && performance.now() < until) await sleep(20)
        proxy.cutAfter(null)
      }
    }),
    times(plan.persons, async () => {
      const { id } = agents[Math.floor(Math.random() * agents.length)] ?? { id: '' }
      if (await person(orchestra, session, id)) counts.typed += 1
    }),
  ]
  trouble.push(tidy(plan, isOver))
  await Promise.all(workers)
  over.abort()
  await Promise.all(trouble)
  return { sent, ...counts }
}

/** One whose process ended too often is not started again by itself. */
async function bringBack({ orchestra, session }: StormPlan, agent: string): Promise<void> {
  const isUp = async () => {
    const { agents } = await apiOf(orchestra, session).get<{ agents: { id: string; state: string }[] }>(
      '/v1/status',
    )
    return agents.find(({ id }) => id === agent)?.state === 'idle'
  }
  const asked = performance.now()
  let restarted = false
  await eventually(async () => {
    if (await isUp()) return true
    if (!restarted && performance.now() - asked > 3000) {
      await apiOf(orchestra, session).post(`/v1/agents/${agent}/restart`)
      restarted = true
    }
    return false
  }, 60_000).catch(() => undefined)
}

/** A letter of no prompt. */
const PERSONAL = 'ж'

/** Types a word into the agent's mirror, as one who has a thought. False: it was not possible. */
async function person(orchestra: Orchestra, session: string, agent: string): Promise<boolean> {
  const pane = mirrors(orchestra, session).find(([, id]) => id === agent)?.[0]
  if (pane === undefined) return false
  const word = PERSONAL.repeat(1 + Math.floor(Math.random() * 5))
  for (const key of word) {
    orchestra.tryTmux('send-keys', '-t', pane, '-l', key)
    await sleep(20 + Math.random() * 60)
  }
  return true
}

/** People take away what they typed, also what reached the composer long after, when a dead daemon came back. */
async function tidy({ orchestra, session, agents }: StormPlan, isOver: () => boolean): Promise<void> {
  const ids = new Set(agents.map(({ id }) => id))
  /** Where they have begun to: they go on until nothing is left. */
  const begun = new Set<string>()
  while (!isOver()) {
    await sleep(700)
    for (const [pane] of mirrors(orchestra, session).filter(([, agent]) => ids.has(agent))) {
      const screen = orchestra.tryTmux('capture-pane', '-p', '-t', pane).stdout
      const composer = screen.split(/\n─{6,}/u).at(-2) ?? ''
      if (composer.includes(PERSONAL)) begun.add(pane)
      else if (/^\s*❯\s*$/u.test(composer)) begun.delete(pane)
      if (begun.has(pane)) orchestra.tryTmux('send-keys', '-t', pane, 'C-u')
    }
  }
}

function mirrors(orchestra: Orchestra, session: string): (readonly [pane: string, agent: string])[] {
  const format = '#{pane_id} #{@orch_agent}'
  return orchestra
    .tryTmux('list-panes', '-s', '-t', `=${session}`, '-F', format)
    .stdout.split('\n')
    .map((row) => [row.split(' ')[0] ?? '', row.split(' ')[1] ?? ''] as const)
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
