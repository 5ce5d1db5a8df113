/** What an import asks a person, as lines: for standard error, and for comments in the file that it writes. */
import { safeText } from '../../text/safe-text.js'
import type { Conflict, IssueGraph } from './graph.js'

const FIELD: Readonly<Record<Conflict['field'], string>> = {
  needs: 'waits for',
  parent: 'is part of',
  tier: 'has the tier',
  estimate: 'is estimated at',
  milestone: 'belongs to the milestone',
  priority: 'has the priority',
}

export function conflictLine(conflict: Conflict): string {
  const sides = conflict.sides.map(({ says, places }) => `${says} (${places.join(', ')})`)
  return safeText(`${conflict.of} ${FIELD[conflict.field]}: ${sides.join(' or ')}`)
}

export function takenLine({ taken }: Conflict): string {
  return safeText(`taken: ${taken.says}`)
}

/** Everything of the graph that a person should see, in the order of its weight. */
export function graphProblems(graph: IssueGraph): readonly string[] {
  return [
    ...graph.conflicts.map((one) => `${conflictLine(one)}; ${takenLine(one)}`),
    ...graph.unread.map(({ heading, of, refs, source }) =>
      safeText(
        `${source.place}: the column "${heading}" can be read both ways: does ${of} wait for ${refs.join(', ')}, or hold it up? No edge was made`,
      ),
    ),
    ...graph.cycles.map((cycle, at) => {
      const { of, ref } = graph.leftOut[at]!
      return `a circle: ${cycle.join(' waits for ')}; left out: ${of} waits for ${ref}`
    }),
    ...graph.missing.map(({ ref, places }) =>
      safeText(`${ref} was not found; it is named at ${places.join(', ')}`),
    ),
  ].map((line) => line.slice(0, 600))
}

/** What needs no decision. */
export function graphNotes(graph: IssueGraph): readonly string[] {
  return graph.planned.map(({ ref, place }) =>
    safeText(`${place}: ${ref} is only planned; no task was made for it`),
  )
}
