/** Branches of agents through a queue, for real: two that are red only together, and a conflict that its agent resolves at its second try. */
import { expect } from 'chai'
import { chmodSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { EventRow, StatusDocument, TaskRow } from '../../lib/core/protocol/status.js'
import { git, newCheckout } from '../support/checkout.js'
import { Orchestra } from '../support/orchestra.js'

const WORKER = `#!/bin/sh
while IFS= read -r line; do
  case $line in 'TASK '*) ;; *) continue ;; esac
  id=\${line#TASK }; id=\${id%% *}
  if sh "$STEPS" "$id" >work.log 2>&1; then rm -f work.log; orchestra-report done "$id"; else orchestra-report fail "$(tail -n 3 work.log)"; fi
done
`

/** What the agents do, by task. The first try at the conflict leaves the marks in. */
const STEPS = `set -e
git config user.name agent; git config user.email agent@example.test
save() { git add -A -- . ':!work.log'; git commit -qm "$1"; }
case $1 in
  early) echo early > a.txt; save early;;
  left) touch left; save left;;
  right) touch right; save right;;
  late) echo late > a.txt; save late;;
  late-merge-*)
    onto=$(sed -n 's/.*git merge \\([0-9a-f]\\{40\\}\\).*/\\1/p' "$ORCHESTRA_DIR/prompt.md" | head -n 1)
    git merge "$onto" || true
    if mkdir "$TRIES" 2>/dev/null; then :; else echo 'early and late' > a.txt; fi
    save 'both';;
esac
`

describe('merging', function () {
  this.timeout(180_000)
  let orchestra: Orchestra
  let checkout: string
  let mirror: string
  let code: number | null
  let status: StatusDocument
  let events: readonly EventRow[]
  const task = (id: string): TaskRow => status.tasks.find((row) => row.id === id)!
  const count = (type: string) => events.filter((event) => event.type === type).length

  before(async () => {
    orchestra = new Orchestra()
    checkout = join(orchestra.work, 'app')
    newCheckout(checkout, {
      'a.txt': 'a\n',
      'check.sh': 'echo run >> "$RUNS"; test ! -e left || test ! -e right\n',
    })
    const worker = orchestra.write('worker.sh', WORKER)
    chmodSync(worker, 0o755)
    const steps = orchestra.write('steps.sh', STEPS)
    const layout = orchestra.write(
      'merging.yaml',
      `version: 1
session: landing
repositories: { app: { machine_paths: { here: ${checkout} } } }
machines: { here: { kind: local } }
trees: { app: { repository: app, size: 5, dir: ${orchestra.work}/trees } }
merges: { app: { pool: app, batch: 8, verify: ['RUNS=${orchestra.work}/runs sh check.sh'] } }
agents:
  W: { type: command, command: [sh, ${worker}], count: 4, tree: app, env: { STEPS: ${steps}, TRIES: ${orchestra.work}/tried } }
tasks:
  early: { title: Early, agent: W-1, priority: 1, verify: [sh check.sh], env: { RUNS: /dev/null } }
  left: { title: Left, agent: W-2, priority: 2, verify: ['RUNS=/dev/null sh check.sh'] }
  right: { title: Right, agent: W-3, priority: 3, verify: ['RUNS=/dev/null sh check.sh'] }
  late: { title: Late, agent: W-4, priority: 4, prompt: The late intent }
  land: { title: Land, type: merge, needs: [early, left, right, late] }
`.replace('verify: [sh check.sh], env: { RUNS: /dev/null }', "verify: ['RUNS=/dev/null sh check.sh']"),
    )
    await orchestra.ok('up', layout, '-d')
    code = (await orchestra.run(['run', '--wait'], { timeoutMs: 150_000 })).code
    status = await orchestra.status()
    events = await orchestra.json<EventRow[]>('events', '-n', '2000')
    const [root = ''] = readdirSync(join(orchestra.work, 'trees'))
    mirror = join(orchestra.work, 'trees', root, 'mirror.git')
  })

  after(() => orchestra.close())

  const landed = () => git(mirror, 'log', '--first-parent', '--format=%s', 'refs/orchestra/landed/main')

  it('finds the two that are green each and red together, names both, and lands the rest', () => {
    expect(task('right')).to.deep.include({ status: 'COMPLETED', landed: null })
    const [row] = status.merges
    expect(row?.problems.map(({ task: id, against }) => [id, against])).to.deep.equal([['right', ['left']]])
    expect(row?.problems[0]?.reason).to.match(/^green by itself, and red together with left: /)
    expect(row?.landed.toSorted()).to.deep.equal(['early', 'late', 'left'])
    expect(status.summary.attention).to.deep.include({
      kind: 'merge_stuck',
      id: 'right',
      text: `does not land: ${row?.problems[0]?.reason}`,
      since: null,
      human: true,
    })
    // Looks at the machine do not take it for a command whose process is gone.
    expect(task('land')).to.deep.include({ status: 'FAILED', attempts: 1 })
    expect(code).to.equal(1)
  })

  it('gives a conflict to the agent of the branch, with both intents, until it is resolved', async () => {
    expect(task('late-merge-1')).to.deep.include({ status: 'COMPLETED', attempts: 2, agent: 'W-4' })
    expect(git(mirror, 'show', 'refs/orchestra/landed/main:a.txt')).to.equal('early and late')
    const told = await orchestra.ok('context', 'late-merge-1')
    expect(told).to.contain('a.txt').and.contain('The late intent').and.contain('What early is for')
    expect(task('late').landed?.into).to.equal('main')
  })

  it('lands what was verified, exactly and once', () => {
    expect(landed().split('\n')).to.deep.equal(['late: Late', 'left: Left', 'early: Early', 'first'])
    expect(git(mirror, 'ls-tree', '--name-only', 'refs/orchestra/landed/main').split('\n')).to.deep.equal([
      'a.txt',
      'check.sh',
      'left',
    ])
    expect(count('merge.landing')).to.equal(count('merge.landed'))
  })

  it('never moves the checkout of the person', () => {
    expect(git(checkout, 'log', '--format=%s')).to.equal('first')
    expect(git(checkout, 'status', '--porcelain')).to.equal('')
  })

  it('says what would land, and refuses what an agent asks', async () => {
    const dry = await orchestra.run(['merge', '--dry-run', 'right'])
    expect(dry.stdout).to.match(/^app: into main, which is [0-9a-f]{10}\n {2}1\. right \(/)
    expect(landed().split('\n')).to.have.length(4)
    const again = await orchestra.run(['merge', 'right'])
    expect([again.code, again.stdout.replace(/green: .*/, 'green')]).to.deep.equal([
      1,
      'right: it is red on top of main, which is green\n',
    ])
    const denied = await orchestra.run(['merge', 'right'], {
      env: { ORCHESTRA_AGENT: 'W-1', ORCHESTRA_SESSION: 'landing' },
    })
    expect([denied.code, denied.stderr.split('\n')[0]]).to.deep.equal([
      1,
      'orchestra: agent:W-1 may not do this: it needs run:write',
    ])
  })
})
