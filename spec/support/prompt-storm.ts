/** Everything at once: prompts, a daemon that is killed, links that are cut, people who type into the same composers. */
import { Random } from '../../lib/simulate/random.js'
import { eventually } from './eventually.js'
import type { Orchestra } from './orchestra.js'
import { isAlive } from './processes.js'
import { apiOf, randomPrompt, sendOnce, type Sent, type TuiAgent } from './prompt-rig.js'
import type { TcpProxy } from './tcp-proxy.js'

export interface StormPlan {
  readonly orchestra: Orchestra
  readonly session: string
  readonly layout: string
  readonly agents: readonly TuiAgent[]
  readonly seed: number
  readonly prompts: number
  readonly proxies: readonly TcpProxy[]
  /** Between two kills, cuts, persons who type; null: none. */
  readonly killEveryMs: number | null
  readonly cutEveryMs: number | null
  readonly typeEveryMs: number | null
  readonly readyMs: number
  /** For one prompt, whatever happens. */
  readonly untilMs: number
}

export interface Storm {
  readonly sent: readonly Sent[]
  readonly kills: number
  readonly cuts: number
  readonly typed: number
}

export async function runStorm(plan: StormPlan): Promise<Storm> {
  const { orchestra, session, agents, seed, prompts, untilMs, readyMs } = plan
  const random = new Random(seed)
  const taken = new Set<string>()
  const sent: Sent[] = Array.from({ length: prompts }, (_, i) => ({
    operation: `storm-${seed}-${i}`,
    agent: agents[i % agents.length]?.id ?? '',
    text: randomPrompt(random, taken),
    receipt: null,
  }))
  let isOver = false
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
  const every = async (ms: number | null, act: () => Promise<void>) => {
    while (ms !== null && !isOver) {
      await sleep(ms * (0.5 + Math.random()))
      if (!isOver) await act()
    }
  }
  const trouble = [
    every(plan.killEveryMs, async () => {
      const pid = orchestra.daemonPid(session)
      if (pid === undefined || !isAlive(pid)) return
      process.kill(pid, 'SIGKILL')
      counts.kills += 1
      await eventually(() => !isAlive(pid))
      await orchestra.ok('up', plan.layout, '-d')
    }),
    every(plan.cutEveryMs, async () => {
      const proxy = plan.proxies[counts.cuts % Math.max(1, plan.proxies.length)]
      if (proxy === undefined || proxy.connections === 0) return
      counts.cuts += 1
      if (counts.cuts % 2 === 0) proxy.reset()
      else {
        proxy.cutAfter(Math.floor(Math.random() * 3000))
        const until = performance.now() + 10_000
        while (!isOver && proxy.connections > 0 && performance.now() < until) await sleep(20)
        proxy.cutAfter(null)
      }
    }),
    every(plan.typeEveryMs, async () => {
      const { id } = agents[Math.floor(Math.random() * agents.length)] ?? { id: '' }
      if (await person(orchestra, session, id, () => isOver)) counts.typed += 1
    }),
  ]
  await Promise.all(workers)
  isOver = true
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

/** Types a word into the agent's mirror, as one who has a thought, and takes it away again. False: it was not possible. */
async function person(
  orchestra: Orchestra,
  session: string,
  agent: string,
  isOver: () => boolean,
): Promise<boolean> {
  const panes = orchestra.tryTmux(
    'list-panes',
    '-s',
    '-t',
    `=${session}`,
    '-F',
    '#{pane_id} #{@orch_agent}',
  ).stdout
  const pane = panes
    .split('\n')
    .find((row) => row.endsWith(` ${agent}`))
    ?.split(' ')[0]
  if (pane === undefined) return false
  const word = `zq${Math.random().toString(36).slice(2, 6)}`
  for (const key of word) {
    orchestra.tryTmux('send-keys', '-t', pane, '-l', key)
    await sleep(20 + Math.random() * 60)
  }
  await sleep(Math.random() * 1500)
  // As long as something of it is to be seen.
  for (let tries = 0; tries < 200 && !isOver(); tries++) {
    const composer = /❯ (.*)\n─/u.exec(orchestra.tryTmux('capture-pane', '-p', '-t', pane).stdout)?.[1] ?? ''
    const shown = /^zq?[a-z0-9]*$/.exec(composer.trim()) ?? /zq[a-z0-9]*$/.exec(composer.trim())
    if (shown === null) return true
    for (const _ of shown[0]) orchestra.tryTmux('send-keys', '-t', pane, 'BSpace')
    await sleep(400)
  }
  return true
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
