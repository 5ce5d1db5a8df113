import { spawn } from 'node:child_process'
import { FETCH_BASE } from '../../../lib/git/mirror.js'
import { ADD_SLOT, CHECK_OUT, SAVE_SLOT } from '../../../lib/git/slots.js'
import { MirrorGround } from '../../../spec/support/mirror-ground.js'
import type { Experiment } from './experiment.js'

const [SLOTS, ROUNDS, PUSH_MS] = [16, 20, 100]
const RACE = /config\.lock|cannot lock|bad object|failed to read/i

/** Each step in a process of its own; the daemon does one a machine and repository at a time. */
export const races: Experiment = {
  number: 2,
  what: `${SLOTS} trees made ready at once while the origin moves every ${PUSH_MS} ms, ${ROUNDS} rounds`,
  run: async () => {
    const ground = new MirrorGround({ 'a.txt': 'a\n' })
    const problems: string[] = []
    let [pushes, ready] = [0, 0]
    const pusher = setInterval(() => {
      pushes += 1
      ground.commit({ 'a.txt': `${pushes}\n` }, `push ${pushes}`)
      ground.git(ground.checkout, 'push', '-q', 'origin', 'HEAD:main')
    }, PUSH_MS)
    const step = async (script: string, ...args: string[]): Promise<string> => {
      const { code, out, err } = await started(script, [ground.root, ...args], ground.dir)
      if (code !== 0 || RACE.test(err)) problems.push(err.trim())
      return out
    }
    const use = async (slot: number, round: number): Promise<void> => {
      const name = `app.${String(slot).padStart(2, '0')}`
      const found = await step(FETCH_BASE, ground.checkout, 'main', 'origin', '0', '')
      const base = found.split('\t')[1] ?? ''
      await step(ADD_SLOT, name, `mark ${name}`, base)
      await step(SAVE_SLOT, name, `s/${slot}.${round}`, 'before')
      const done = await step(CHECK_OUT, name, `orchestra/s/T${slot}.${round}`, base, '')
      if (done.startsWith('base\t')) ready += 1
    }
    try {
      for (let round = 1; round <= ROUNDS; round += 1)
        await Promise.all(Array.from({ length: SLOTS }, (_, at) => use(at + 1, round)))
    } finally {
      clearInterval(pusher)
      ground.remove()
    }
    if (ready !== SLOTS * ROUNDS) problems.push(`${ready} of ${SLOTS * ROUNDS} trees were made ready`)
    return { figures: `${ready} trees made ready, ${pushes} pushes, ${problems.length} failures`, problems }
  },
}

function started(
  script: string,
  args: readonly string[],
  home: string,
): Promise<{ code: number | null; out: string; err: string }> {
  const env = { PATH: process.env['PATH'], HOME: home, GIT_CONFIG_NOSYSTEM: '1' }
  const child = spawn('sh', ['-c', script, 'sh', ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  let [out, err] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, out, err }))
  })
}
