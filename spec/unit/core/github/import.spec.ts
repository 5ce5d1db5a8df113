import { expect } from 'chai'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { joinReadings, type Reading } from '../../../../lib/core/github/import/claims.js'
import { decideGraph, type GraphChoice } from '../../../../lib/core/github/import/decide-graph.js'
import { graphNotes, graphProblems } from '../../../../lib/core/github/import/describe.js'
import type { IssueGraph } from '../../../../lib/core/github/import/graph.js'
import { readIssue } from '../../../../lib/core/github/import/read-issue.js'
import { readPlan } from '../../../../lib/core/github/import/read-plan.js'
import { outgoingTitle } from '../../../../lib/core/github/outgoing.js'
import { toLayout } from '../../../../lib/core/github/import/to-layout.js'
import type { IssueFacts } from '../../../../lib/core/github/model.js'

const PLANS = fileURLToPath(new URL('../../../fixtures/github/plans/', import.meta.url))
const FILES = ['overview.md', 'team.md', 'plan.md']
const UNDECIDED: GraphChoice = { take: null, column: null, files: FILES }

const plans = (files = FILES): Reading =>
  joinReadings(files.map((file) => readPlan(readFileSync(PLANS + file, 'utf8'), file, null)))
const plan = (text: string) => decideGraph(readPlan(text, 'PLAN.md', 'acme/shop'), UNDECIDED)
const edges = (graph: IssueGraph) =>
  graph.nodes.flatMap(({ ref, needs }) => needs.map((need) => `${ref}←${need}`))

const issue = (number: number, more: Partial<IssueFacts> = {}): IssueFacts => ({
  number,
  id: number * 1000,
  title: `Issue ${number}`,
  body: '',
  state: 'open',
  labels: [],
  milestone: null,
  parent: null,
  blockedBy: null,
  counts: null,
  comments: 0,
  url: `https://github.com/acme/shop/issues/${number}`,
  isPullRequest: false,
  author: { id: 1, login: 'ada', type: 'User' },
  createdAt: '2026-11-01T00:00:00Z',
  updatedAt: '2026-11-01T00:00:00Z',
  ...more,
})
const issues = (list: readonly IssueFacts[], choice: GraphChoice = UNDECIDED) =>
  decideGraph(
    joinReadings(
      list.map((one) =>
        readIssue(one, { repository: 'acme/shop', tierLabels: [{ label: 'P0-Critical', tier: 'P0' }] }),
      ),
    ),
    choice,
  )

describe('import of a plan', () => {
  it('reads the ten edges that three documents tell, and what is a part of what', () => {
    const graph = decideGraph(plans(), UNDECIDED)
    const of = graph.nodes.filter(({ ref }) => Number(ref.slice(1)) > 1000)
    expect(
      edges({ ...graph, nodes: of }).filter((edge) => /^#11(?:69|70|73|74|75|76)/.test(edge)),
    ).to.deep.equal([
      '#1169←#1167',
      '#1169←#1168',
      '#1170←#1166',
      '#1170←#1169',
      '#1173←#1172',
      '#1174←#1173',
      '#1175←#1169',
      '#1175←#1173',
      '#1176←#1168',
      '#1176←#1172',
    ])
    expect(graph.nodes.filter(({ parent }) => parent === '#970').map(({ ref }) => ref)).to.deep.equal([
      '#1169',
      '#1170',
      '#1173',
      '#1174',
      '#1175',
      '#1176',
    ])
    expect(graph.nodes.filter(({ isDone }) => isDone).map(({ ref }) => ref)).to.deep.equal([
      '#973',
      '#1166',
      '#1167',
      '#1168',
    ])
  })

  it('reports exactly the three contradictions, each with both places, and is not decided', () => {
    const graph = decideGraph(plans(), UNDECIDED)
    expect(graphProblems(graph).filter((line) => line.includes('; taken'))).to.deep.equal([
      '#975 waits for: #974 (team.md:18) or #973 (team.md:11); taken: #974',
      '#1169 has the tier: P0 (overview.md:15, plan.md:6) or P1 (overview.md:8); taken: P0',
      '#1170 waits for: nothing (overview.md:18) or #1166, #1169 (plan.md:8); taken: #1166, #1169',
    ])
    expect(graph.isDecided).to.equal(false)
    expect(decideGraph(plans(), { ...UNDECIDED, take: 'text' }).isDecided).to.equal(true)
  })

  it('makes no edge of a column that can be read both ways, until it is said how', () => {
    const table = '| Issue | Blocking |\n|---|---|\n| #2 | #1 |\n'
    const read = (column: GraphChoice['column']) =>
      decideGraph(readPlan(table, 'PLAN.md', null), { ...UNDECIDED, column })
    expect(edges(read(null))).to.deep.equal([])
    expect(read(null).unread.map(({ of, refs }) => [of, refs])).to.deep.equal([['#2', ['#1']]])
    expect(edges(read('waits'))).to.deep.equal(['#2←#1'])
    expect(edges(read('holds'))).to.deep.equal(['#1←#2'])
  })

  it('makes no task of numbers that are only planned', () => {
    const graph = decideGraph(plans(), UNDECIDED)
    expect(graph.nodes.some(({ ref }) => ref === '#978')).to.equal(false)
    expect(graphNotes(graph)[0]).to.equal('team.md:12: #978 is only planned; no task was made for it')
  })

  it('reads milestones with their dates, tiers, estimates and Japanese titles', () => {
    const { tasks, milestones, phases } = toLayout(decideGraph(plans(), UNDECIDED))
    expect(milestones).to.deep.equal([
      {
        id: 'first-customers',
        title: 'First customers',
        due: '2026-12-19',
        tasks: ['issue-973', 'issue-974', 'issue-975'],
      },
      { id: 'wider-use', title: 'Wider use', due: '2027-01-30', tasks: ['issue-1174'] },
    ])
    expect(phases.map(({ id, tasks: of }) => [id, of.length])).to.deep.equal([['issue-970', 6]])
    expect(tasks.find(({ id }) => id === 'issue-1174')).to.include({
      title: '請求書の一覧',
      tier: 'P2',
      estimate: '3h',
      issue: 1174,
    })
    expect(tasks.find(({ id }) => id === 'issue-1169')).to.include({ tier: 'P0', isDone: false })
  })

  const forms: readonly (readonly [string, string, readonly string[]])[] = [
    ['a full-width number', '- #2 B; depends: ＃1', ['#2←#1']],
    ['an address', '- #2 B (depends on https://github.com/acme/shop/issues/1)', ['#2←#1']],
    ['another repository', '- #2 B, blocked by acme/core#7', ['#2←acme/core#7']],
    ['its own full name', '- #2 B, blocked by Acme/Shop#1', ['#2←#1']],
    ['a range', '- #9 B. Depends on: #3-5, #7', ['#9←#3', '#9←#4', '#9←#5', '#9←#7']],
    ['a number that is no range', '- #2 B. Depends on #1 - 3 days', ['#2←#1']],
    ['words behind the list', '- #2 B. Depends on #1 and not on what #5 says', ['#2←#1']],
    ['and between two', '- #3 B. Requires #1 and #2', ['#3←#1', '#3←#2']],
    ['what it blocks', '- #2 B. Blocks #3', ['#3←#2']],
    ['bold words', '### #2 B\n**Depends on:** #1 ✅', ['#2←#1']],
    ['Japanese words', '### #2 B\n依存: #1、#3', ['#2←#1', '#2←#3']],
    ['a code block', '### #2 B\n```\ndepends: #1\n```', []],
    ['an indented fence with other marks', '### #2 B\n~~~~\n```\ndepends: #1\n~~~~', []],
    ['a quote', '### #2 B\n> depends: #1', []],
    ['a comment', '### #2 B\n<!-- depends: #1\ndepends: #3 -->', []],
    ['an anchor of an address', '### #2 B\nDepends on docs/a.md#1', []],
    ['a tree of ASCII', '#9 root\n|-- #2 B\n|   `-- #1 A\n`-- #3 C', ['#2←#1']],
    ['a column', '| # | Depends on |\n|--|--|\n| 2 | #1 |\n| 3 | - |', ['#2←#1']],
  ]
  for (const [name, text, expected] of forms)
    it(`understands ${name}`, () => expect(edges(plan(text))).to.deep.equal(expected))

  it('does not hang on long lines of arrows, emoji, pipes and brackets', () => {
    for (const piece of [
      '→',
      '🎼',
      '│ ',
      '| ',
      '((',
      '[x] ',
      '#',
      '#1-',
      '<!--',
      'depends: ',
      'a/',
      '─',
      '[P0 ',
    ])
      plan(`${piece.repeat(50_000)}\n- #1 x\n${`${piece.repeat(100)}\n`.repeat(500)}`)
  }).timeout(10_000)
})

describe('import of issues', () => {
  it('takes parents, dependencies, labels, milestones and states from GitHub', () => {
    const milestone = {
      number: 3,
      title: 'M',
      description: null,
      state: 'open',
      dueOn: '2026-12-19T08:00:00Z',
      openIssues: 1,
      closedIssues: 1,
    } as const
    const graph = issues([
      issue(1, { title: '[P2] Root' }),
      issue(2, { parent: 1, labels: ['bug', 'P0-Critical'], milestone }),
      issue(3, {
        parent: 1,
        blockedBy: [
          { repository: 'acme/shop', number: 2 },
          { repository: 'acme/core', number: 4 },
        ],
        state: 'closed',
      }),
    ])
    expect(edges(graph)).to.deep.equal(['#3←#2', '#3←acme/core#4'])
    expect(graph.nodes.find(({ ref }) => ref === '#2')).to.include({
      parent: '#1',
      tier: 'P0',
      milestone: 'M',
    })
    expect(graph.nodes.find(({ ref }) => ref === '#3')).to.include({ isDone: true })
    expect(toLayout(graph).milestones).to.deep.equal([
      { id: 'milestone', title: 'M', due: '2026-12-19', tasks: ['issue-2'] },
    ])
  })

  it('reads lines, task lists and parents in the text of an issue', () => {
    const body =
      'Estimate: 3h\n\n- [ ] #5 one\n- [x] #6\n- see #7\n\n## Depends on\n- #8\n\n## Notes\nPart of #1\n- [ ] ask about #9'
    const graph = issues([issue(2, { body })])
    expect(edges(graph)).to.deep.equal(['#2←#8'])
    expect(graph.nodes.map(({ ref, parent }) => [ref, parent])).to.deep.equal([
      ['#1', null],
      ['#2', '#1'],
      ['#5', '#2'],
      ['#6', '#2'],
      ['#8', null],
    ])
    expect(graph.nodes.find(({ ref }) => ref === '#2')?.estimateMs).to.equal(3 * 3_600_000)
  })

  it('shows where GitHub and the text disagree, and takes the side that a person names', () => {
    const list = [
      issue(1),
      issue(2),
      issue(3, {
        title: '[P1] C',
        labels: ['P0'],
        body: 'depends: #1',
        blockedBy: [{ repository: 'acme/shop', number: 2 }],
      }),
    ]
    const said = graphProblems(issues(list))
    expect(said).to.deep.equal([
      '#3 waits for: #2 (dependencies of #3 on GitHub) or #1 (text of #3, line 1); taken: #2',
      '#3 has the tier: P0 (label P0 of #3) or P1 (title of #3); taken: P0',
    ])
    expect(edges(issues(list, { ...UNDECIDED, take: 'api' }))).to.deep.equal(['#3←#2'])
    const text = issues(list, { ...UNDECIDED, take: 'text' })
    expect([edges(text), text.nodes.at(-1)?.tier]).to.deep.equal([['#3←#1'], 'P1'])
  })

  it('leaves the weakest edge of a circle out, and tells the circle', () => {
    const graph = issues([
      issue(1, { blockedBy: [{ repository: 'acme/shop', number: 2 }] }),
      issue(2, { body: 'depends: #1' }),
    ])
    expect(edges(graph)).to.deep.equal(['#1←#2'])
    expect(graphProblems(graph)).to.deep.equal([
      'a circle: #1 waits for #2 waits for #1; left out: #2 waits for #1',
    ])
  })

  it('names what was not found, and lets it not start', () => {
    const graph = issues([issue(2, { body: 'depends: #404' })])
    expect(graphProblems(graph)).to.deep.equal(['#404 was not found; it is named at text of #2, line 1'])
    expect(toLayout(graph).tasks.find(({ issue: n }) => n === 404)).to.include({ isUnknown: true })
  })

  it('makes a title that no terminal obeys', () => {
    const graph = issues([issue(2, { title: '\u001b]52;c;aGk=\u0007Pay\u202e now\u0000' })])
    expect(toLayout(graph).tasks[0]?.title).to.equal('Pay now')
  })

  it('gives a title back that was exported, with names and numbers that call nobody there', () => {
    for (const title of ['Ask @CG-1 about #12', '予約 GH-7 と owner/name#3', 'Plain']) {
      const exported = outgoingTitle(title)
      expect(exported === title).to.equal(title === 'Plain')
      expect(toLayout(issues([issue(2, { title: exported })])).tasks[0]?.title).to.equal(title)
    }
  })
})
