import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { NOTE_BEFORE } from '../../../lib/git/inspect.js'
import { FETCH_BASE } from '../../../lib/git/mirror.js'
import { ADD_SLOT, CHECK_OUT, FILL_SLOT, NOTE_MADE, SAVE_SLOT } from '../../../lib/git/slots.js'
import { MirrorGround } from '../../../spec/support/mirror-ground.js'
import type { Experiment } from './experiment.js'

const [FILES, CHANGED, MOST_S] = [10_000, 200, 0.5]
const NAME = 'app.01'

export const secondUse: Experiment = {
  number: 1,
  what: `CPU time of the first and the second use of a slot, ${FILES} files, ${CHANGED} changed in between`,
  run: async () => {
    const names = Array.from({ length: FILES }, (_, n) => `f${n}.txt`)
    const ground = new MirrorGround(Object.fromEntries(names.map((name) => [name, `${name} `.repeat(500)])))
    try {
      let cpu = 0
      const step = (script: string, ...args: string[]): string => {
        const env = { PATH: process.env['PATH'], HOME: ground.dir, GIT_CONFIG_NOSYSTEM: '1' }
        const inner = 'sh -c "$0" sh "$@" || exit 1; times'
        const done = spawnSync('sh', ['-c', inner, script, ground.root, ...args], { env, encoding: 'utf8' })
        if (done.status !== 0) throw new Error(done.stderr)
        const lines = done.stdout.trim().split('\n')
        cpu += secondsOf(lines.at(-1) ?? '')
        return lines[0] ?? ''
      }
      const use = (attempt: string): number => {
        cpu = 0
        const base = step(FETCH_BASE, ground.checkout, 'main', 'origin', '0', '').split('\t')[1] ?? ''
        step(ADD_SLOT, NAME, 'mark', base)
        step(SAVE_SLOT, NAME, `s/${attempt}`, 'before')
        step(CHECK_OUT, NAME, `orchestra/s/${attempt}`, base, '')
        step(FILL_SLOT, NAME, ground.checkout, 'auto', 'include', '--')
        step(NOTE_MADE, NAME)
        step(NOTE_BEFORE, NAME, ground.checkout)
        return cpu
      }
      const first = use('T.1')
      for (const name of names.slice(0, CHANGED)) writeFileSync(join(ground.root, NAME, name), 'changed\n')
      const second = use('T.2')
      const figures = `first use ${first.toFixed(2)} s, second ${second.toFixed(2)} s (at most ${MOST_S} s)`
      return { figures, problems: second <= MOST_S ? [] : [`the second use took ${second.toFixed(2)} s`] }
    } finally {
      ground.remove()
    }
  },
}

/** The last line of `times`: user and system time of all children, as 0m1.25s. */
function secondsOf(line: string): number {
  const times = [...line.matchAll(/(\d+)m([\d.]+)s/g)]
  return times.reduce((total, [, minutes, seconds]) => total + Number(minutes) * 60 + Number(seconds), 0)
}
