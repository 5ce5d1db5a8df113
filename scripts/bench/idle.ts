/** What the daemon costs while nothing happens: `npx tsx scripts/bench/idle.ts`. */
import { setTimeout as sleep } from 'node:timers/promises'
import { bringUp, clusterYaml, SESSION, spread } from './support/cluster.js'
import { withGround } from './support/ground.js'
import { cpuMsOf, familyOf, memoryOf } from './support/process-cost.js'
import { askWhenMain, type Answer, type BenchOptions, type Question } from './support/question.js'
import { median, rounded } from './support/statistics.js'

export const idle: Question = {
  name: 'idle',
  title: 'The daemon, 200 quiet agents on 4 hosts, each with its mirror',
  measure,
}

async function measure({ rounds, quick, say }: BenchOptions): Promise<Answer> {
  return withGround(4, async (ground) => {
    const count = quick ? 40 : 200
    const { allMs } = await bringUp(ground, clusterYaml(ground, spread(ground, count)))
    say(`${count} agents are there after ${rounded(allMs / 1000)} s; now quiet`)
    // Agents that print nothing are idle after 5 s; looks at what is new come to an end.
    await sleep(quick ? 10_000 : 20_000)
    const daemon = ground.orchestra.daemonPid(SESSION)
    if (daemon === undefined) throw new Error('no daemon')
    const tmux = Number(ground.orchestra.tmux('display-message', '-p', '#{pid}'))
    const shares: number[] = []
    const tmuxShares: number[] = []
    const turns = rounds ?? (quick ? 2 : 4)
    const windowMs = quick ? 5000 : 16_000
    for (let turn = 0; turn < turns; turn++) {
      const since = performance.now()
      const [before, tmuxBefore] = [cpuMsOf(daemon), cpuMsOf(tmux)]
      await sleep(windowMs)
      const ms = performance.now() - since
      shares.push(((cpuMsOf(daemon) - before) / ms) * 100)
      tmuxShares.push(((cpuMsOf(tmux) - tmuxBefore) / ms) * 100)
    }
    const memory = memoryOf(daemon)
    const helpers = familyOf(daemon).slice(1)
    const panes = familyOf(tmux).slice(1)
    const perPane = panes.map(({ pid }) => memoryOf(pid))
    const paneRss = median(perPane.map(({ rssMb }) => rssMb))
    const panePrivate = median(perPane.map(({ privateMb }) => privateMb))
    const share = rounded(median(shares), 2)
    const rss = rounded(memory.rssMb)
    return {
      columns: ['what', 'value', 'unit'],
      rows: [
        ['daemon: CPU', share, '% of a core'],
        ['daemon: memory (RSS)', rss, 'MB'],
        ['daemon: private memory', rounded(memory.privateMb), 'MB'],
        ['daemon: processes of its own', helpers.length, ''],
        ['local tmux server: CPU', rounded(median(tmuxShares), 2), '% of a core'],
        ['local tmux server: memory (RSS)', rounded(memoryOf(tmux).rssMb), 'MB'],
        ['mirror panes: processes', panes.length, ''],
        ['mirror pane: memory (RSS), median', rounded(paneRss, 2), 'MB'],
        ['mirror pane: private memory, median', rounded(panePrivate, 2), 'MB'],
      ],
      targets: [
        { text: 'CPU', value: share, limit: 1, unit: ' %', kind: 'most' },
        { text: 'RSS', value: rss, limit: 150, unit: ' MB', kind: 'most' },
        { text: "a mirror pane's process", value: rounded(paneRss, 2), limit: 5, unit: ' MB', kind: 'most' },
      ],
      notes: [`${helpers.map(({ name }) => name).join(', ') || 'none'}: processes of the daemon's own.`],
    }
  })
}

await askWhenMain(idle, import.meta.url)
