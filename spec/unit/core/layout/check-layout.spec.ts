import { expect } from 'chai'
import { didYouMean, nearest } from '../../../../lib/core/layout/did-you-mean.js'
import { formatPath, quote } from '../../../../lib/core/layout/report.js'
import { checkLayout } from '../../../../lib/core/layout/check-layout.js'
import type { Layout, TaskSpec } from '../../../../lib/core/layout/model.js'
import { PLAIN_LAYOUT } from '../../../../lib/core/layout/plain-layout.js'
import { PLAIN_TASK } from '../../../../lib/core/layout/task-spec.js'

const NOTHING: Layout = { ...PLAIN_LAYOUT, session: 's' as Layout['session'] }

function task(id: string, rest: Partial<TaskSpec> = {}): TaskSpec {
  return { ...PLAIN_TASK, id: id as TaskSpec['id'], title: id, kind: 'command', command: 'true', ...rest }
}

function problems(layout: Partial<Layout>): string[] {
  const list: string[] = []
  checkLayout({ ...NOTHING, ...layout }, (path, message, severity = 'error') => {
    list.push(`${severity} ${formatPath(path)}: ${typeof message === 'string' ? message : message()}`)
  })
  return list
}

const shares = (tasks: readonly TaskSpec[], rest: Partial<Layout> = {}) =>
  problems({ tasks, ...rest }).map((text) =>
    /: (\S+) and (\S+) may run at once/.exec(text)?.slice(1).join(' '),
  )

describe('checkLayout', () => {
  it('has nothing to say about nothing', () => {
    expect(problems({})).to.deep.equal([])
  })

  it('shows a cycle as the way round', () => {
    expect(problems({ tasks: [task('a', { needs: ['b'] }), task('b', { needs: ['a'] })] })).to.deep.equal([
      'error tasks.a.needs: these wait for each other: a → b → a',
    ])
  })

  it('warns of a need that is disabled', () => {
    expect(problems({ tasks: [task('a', { disabled: true }), task('b', { needs: ['a'] })] })).to.deep.equal([
      'warning tasks.b.needs: a is disabled, so that this never starts',
    ])
  })
})

describe('shared outputs', () => {
  it('sees equal places however they are spelled, and one inside the other', () => {
    expect(shares([task('a', { outputs: ['x//y/'] }), task('b', { outputs: ['./x/y'] })])).to.deep.equal([
      'a b',
    ])
    expect(shares([task('a', { outputs: ['x/y/z'] }), task('b', { outputs: ['x/'] })])).to.deep.equal(['a b'])
    expect(shares([task('a', { outputs: ['.'] }), task('b', { outputs: ['x'] })])).to.deep.equal(['a b'])
  })

  it('leaves apart what differs, by name, directory or machine', () => {
    expect(shares([task('a', { outputs: ['x1'] }), task('b', { outputs: ['x'] })])).to.deep.equal([])
    expect(
      shares([task('a', { outputs: ['x'], cwd: '/p' }), task('b', { outputs: ['x'], cwd: '/q' })]),
    ).to.deep.equal([])
    const machines = [
      { id: 'm', kind: 'local' },
      { id: 'n', kind: 'ssh', jump: null, onUnreachable: { policy: 'hold' } },
    ].map((machine) => ({ ...machine, layer: null })) as unknown as Layout['machines']
    const onM = task('a', { outputs: ['x'], machine: 'm' as never })
    const onN = task('b', { outputs: ['x'], machine: 'n' as never })
    expect(shares([onM, onN], { machines })).to.deep.equal([])
  })

  it('says nothing of tasks that wait for each other, however far apart', () => {
    const chain = [
      task('a', { outputs: ['x'] }),
      task('b', { needs: ['a'] }),
      task('c', { needs: ['b'], outputs: ['x'] }),
      task('d', { needs: ['b'], outputs: ['x'] }),
    ]
    expect(shares(chain)).to.deep.equal(['c d'])
  })

  it('knows that a barrier keeps waves apart', () => {
    const tasks = [task('a'), task('b', { outputs: ['x'] }), task('c', { needs: ['a'], outputs: ['x'] })]
    expect(shares(tasks)).to.deep.equal(['b c'])
    expect(shares(tasks, { waves: { barrier: true } })).to.deep.equal([])
  })

  it('stays quick with 2,000 tasks in a row that share one output', () => {
    const tasks = Array.from({ length: 2000 }, (_, n) =>
      task(`t${n}`, { outputs: ['x'], needs: n === 0 ? [] : [`t${n - 1}`] }),
    )
    expect(shares(tasks)).to.deep.equal([])
  })
})

describe('didYouMean', () => {
  const names = ['implement', 'planning', 'Task-8', 'CG-1']

  it('finds what differs by a slip', () => {
    expect(
      ['implment', 'planing', 'palnning', 'Task-9', 'cg-1', 'CG1'].map((word) => nearest(word, names)),
    ).to.deep.equal(['implement', 'planning', 'planning', 'Task-8', 'CG-1', 'CG-1'])
  })

  it('keeps silent about strangers', () => {
    expect(['review', 'b', '', 'x'.repeat(5000)].map((word) => didYouMean(word, names)).join('')).to.equal('')
  })
})

describe('report', () => {
  it('leaves the last index out', () => {
    expect(formatPath(['tasks', 'a', 'needs', 0])).to.equal('tasks.a.needs')
    expect(formatPath(['windows', 0, 'panes', 1, 'agent'])).to.equal('windows[0].panes[1].agent')
    expect(formatPath(['windows', 0])).to.equal('windows[0]')
  })

  it('quotes so that a terminal stays whole', () => {
    expect(quote('a\u001b[31m\u009b\u202e"')).to.equal('"a\\u001b[31m\\u009b\\u202e\\""')
    expect(quote('x'.repeat(100))).to.have.length(62)
  })
})
