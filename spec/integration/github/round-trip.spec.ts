/** A graph of three documents → tasks → issues of an empty repository → tasks: the same graph, and a second export writes nothing. */
import { expect } from 'chai'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { importYaml } from '../../../lib/config/import-yaml.js'
import { loadLayout } from '../../../lib/config/load-layout.js'
import { joinReadings, type Reading } from '../../../lib/core/github/import/claims.js'
import { decideGraph } from '../../../lib/core/github/import/decide-graph.js'
import { graphProblems } from '../../../lib/core/github/import/describe.js'
import { readIssue } from '../../../lib/core/github/import/read-issue.js'
import { readPlan } from '../../../lib/core/github/import/read-plan.js'
import { toLayout, type ImportedPlan } from '../../../lib/core/github/import/to-layout.js'
import type { Connection } from '../../../lib/daemon/github/connection.js'
import { eventually } from '../../support/eventually.js'
import { withConnection, type ConnectionRig } from '../../support/github/connection-rig.js'
import { PERSON } from '../../support/principals.js'
import { withLayoutFiles } from '../../unit/config/with-layout-files.js'

const PLANS = fileURLToPath(new URL('../../fixtures/github/plans/', import.meta.url))
const FILES = ['overview.md', 'team.md', 'plan.md']
const CHOICE = { take: 'text', column: null, files: FILES } as const
const SCOPE = { milestone: null, labels: [], parent: null }

const fromDocuments = (): Reading =>
  joinReadings(FILES.map((file) => readPlan(readFileSync(PLANS + file, 'utf8'), file, null)))

/** Without the numbers of issues: those are another repository's. */
const graphOf = ({ tasks, phases, milestones }: ImportedPlan) => ({
  tasks: tasks
    .map(({ needs, ...task }) => ({ ...task, issue: null, needs: needs.toSorted() }))
    .toSorted((a, b) => a.id.localeCompare(b.id)),
  phases: phases.map(({ tasks: of, ...phase }) => ({ ...phase, issue: null, tasks: of.toSorted() })),
  milestones: milestones.map(({ tasks: of, ...one }) => ({ ...one, tasks: of.toSorted() })),
})

describe('import, export into an empty repository, import', function () {
  this.timeout(60_000)

  const apply = async ({ kernel }: ConnectionRig, yaml: string) => {
    const head = 'version: 1\nsession: rig\nagents:\n  a: { type: command, command: [cat] }\n'
    const hub = 'machines:\n  github: { kind: github, repository: owner/name }\ngithub:\n  github: {}\n'
    await withLayoutFiles({ 'orchestra.yaml': head + hub + yaml }, async (directory) => {
      const read = await loadLayout(`${directory}/orchestra.yaml`, { home: directory, env: {} })
      if (!('layout' in read)) throw new Error(JSON.stringify(read))
      const { machines, github } = kernel.loop.state.layout!
      const layout = { ...read.layout, machines, github }
      kernel.loop.dispatch({ type: 'layout.applied', at: kernel.at, layout, revive: false, by: PERSON })
    })
    // As the run finds what was closed before.
    for (const { id, whenAlreadyDone } of kernel.loop.state.layout?.tasks ?? [])
      if (whenAlreadyDone !== null)
        kernel.loop.dispatch({ type: 'task.already_done', at: kernel.at, task: id, done: true, output: '' })
  }

  const importAll = async (connection: Connection) => {
    const issues = await connection.importable(SCOPE)
    const reader = { repository: 'owner/name', tierLabels: connection.spec.tierLabels }
    const graph = decideGraph(joinReadings(issues.map((one) => readIssue(one, reader))), CHOICE)
    return { plan: toLayout(graph), problems: graphProblems(graph) }
  }

  it('is the same graph: ids, edges, parents, tiers, estimates, milestones; a second export writes nothing', () =>
    withConnection(
      async (rig) => {
        const { github } = rig
        const repository = github.repository()
        const first = toLayout(decideGraph(fromDocuments(), CHOICE))
        expect(first.tasks.flatMap(({ needs }) => needs)).to.have.length.at.least(10)
        await apply(rig, importYaml(first, { head: [], about: new Map() }))
        const connection = rig.connect()
        // The numbers of the documents are not there: export makes those issues.
        await connection.look()
        connection.writing.start()
        const asked = connection.writing.bindings.export([])
        expect(asked).to.have.members(first.tasks.map(({ id }) => id))
        const drained = () =>
          eventually(() => {
            connection.writing.changed()
            expect(connection.writing.counts).to.deep.equal({ pending: 0, uncertain: 0, refused: 0 })
            expect(connection.writing.plan()).to.deep.equal([])
          }, 30_000)
        await drained()
        expect(github.problems).to.deep.equal([])
        expect(repository.issues.size).to.equal(first.tasks.length + first.phases.length)
        const second = await importAll(connection)
        expect(second.problems).to.deep.equal([])
        expect(graphOf(second.plan)).to.deep.equal(graphOf(first))

        const writes = github.writes.length
        expect(connection.writing.bindings.export([])).to.deep.equal([])
        await drained()
        await connection.look()
        expect(github.writes.length).to.equal(writes)
        // The layout still says the numbers of the documents.
        await apply(rig, importYaml(first, { head: [], about: new Map() }))
        expect(connection.writing.bindings.export([])).to.deep.equal([])
      },
      { spec: { mode: 'mirror', limits: { writesPerHour: 500, issuesPerRun: 100 } } },
    ))
})
