import { execFileSync } from 'node:child_process'
import { mkdirSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { withOrchestra } from '../support/orchestra.js'

describe('what is not an ordinary file', () => {
  it('is refused by every verb that reads a layout, in words and at once', () =>
    withOrchestra(async (orchestra) => {
      const { work } = orchestra
      execFileSync('mkfifo', [join(work, 'fifo.yaml')])
      mkdirSync(join(work, 'empty.yaml'))
      truncateSync(orchestra.write('huge.yaml', ''), 3 * 1024 ** 3)
      const cases = ['validate', 'plan', 'up -d', 'run', 'run --dry-run', 'graph'].flatMap((verb) =>
        ['fifo.yaml', '/dev/zero', 'huge.yaml', 'empty.yaml', '/dev/tty0'].map((file) => `${verb} ${file}`),
      )
      const ends = []
      // A few at a time: each is a process of node.
      for (let at = 0; at < cases.length; at += 6)
        ends.push(
          ...(await Promise.all(
            cases.slice(at, at + 6).map((line) => orchestra.run(line.split(' '), { timeoutMs: 15_000 })),
          )),
        )
      for (const [i, { code, stderr }] of ends.entries()) {
        expect(code, `${cases[i]}: ${stderr}`).to.equal(2)
        expect(stderr, cases[i]).to.match(
          /not an ordinary file|is a directory|too large|no layout|may not be read|no such|cannot be read/,
        )
      }
    })).timeout(120_000)

  it('keeps no verb waiting that looks for ./orchestra.yaml', () =>
    withOrchestra(async (orchestra) => {
      const there = join(orchestra.work, 'there')
      mkdirSync(there)
      execFileSync('mkfifo', [join(there, 'orchestra.yaml')])
      const verbs = ['status', 'down', 'agents', 'attach', 'up -d']
      const ends = await Promise.all(
        verbs.map((verb) => orchestra.run(verb.split(' '), { cwd: there, timeoutMs: 15_000 })),
      )
      expect(ends.map(({ code }) => code)).to.deep.equal([3, 3, 3, 3, 2])
    })).timeout(60_000)
})
