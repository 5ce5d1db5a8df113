/**
 * Who may import whom inside `lib/daemon`, `lib/core/run` and `lib/cli`: a folder there is a room. A refused import usually
 * wants a function that `daemon/parts.ts` hands in; when the table is wrong, change it in the same commit and say why in
 * docs/design/rooms.md.
 */
import { expect } from 'chai'
import { readFileSync } from 'node:fs'
import { filesBelow, importsOf, LIB, targetOf } from './imports.js'

type Table = Readonly<Record<string, readonly string[]>>

interface House {
  /** Rooms that every other one may import. */
  readonly base: readonly string[]
  /** Room → the rooms that it may import besides. One that is not listed may import the base alone. */
  readonly rooms: Table
  /** Files outside of the rooms that a room may import. */
  readonly shared: (file: string) => boolean
  /** Those files import no room. */
  readonly isStrict: boolean
}

const BELOW_ATTEMPTS = ['machines', 'jobs', 'observe', 'delivery', 'agents']

const DAEMON: House = {
  base: ['kernel'],
  rooms: {
    kernel: [],
    boot: [],
    access: [],
    machines: [],
    jobs: ['machines'],
    observe: ['machines'],
    view: ['machines'],
    surveys: ['machines'],
    history: [],
    delivery: ['machines', 'observe'],
    agents: ['machines', 'jobs', 'observe', 'delivery'],
    attempts: BELOW_ATTEMPTS,
    gates: ['machines', 'jobs'],
    'status-commits': ['machines'],
    trees: ['machines', 'jobs'],
    merges: ['machines', 'jobs', 'trees'],
    fleet: [...BELOW_ATTEMPTS, 'attempts'],
    // Above all: what a person asks for may need anything. No room imports it.
    requests: ['*'],
  },
  shared: () => false,
  isStrict: false,
}

const RUN: House = {
  base: ['events'],
  rooms: {
    events: [],
    index: [],
    fold: ['index'],
    dispatch: ['index'],
    decide: ['index', 'dispatch'],
    rows: ['index'],
    journal: [],
  },
  // What stands loose is the state and its words; these three put the rooms together.
  shared: (file) => !['reduce.ts', 'decide.ts', 'preview-layout.ts'].includes(file),
  isStrict: true,
}

const CLI: House = {
  base: [],
  rooms: {
    verbs: ['daemon', 'terminal', 'render', 'github', 'completion'],
    completion: ['daemon'],
    github: [],
    daemon: ['terminal'],
    terminal: ['render'],
    render: [],
  },
  shared: () => true,
  isStrict: false,
}

/** The room that a file below `house` stands in; '' for one that stands in none. */
function roomOf(house: string, file: string): string | null {
  if (!file.startsWith(`${house}/`)) return null
  const [room, ...rest] = file.slice(house.length + 1).split('/')
  return rest.length === 0 ? '' : (room ?? '')
}

describe('rooms', () => {
  const imports = filesBelow(LIB).flatMap(importsOf)

  function wrongTies(house: string, { base, rooms, shared, isStrict }: House): string[] {
    return imports.flatMap((one) => {
      const target = targetOf(one)
      const from = roomOf(house, one.from)
      const to = target === null ? null : roomOf(house, target)
      if (target === null || from === null || to === null || to === from) return []
      // What a room may import must not lead up again.
      if (from === '' && !(isStrict && shared(one.from.slice(house.length + 1)))) return []
      const allowed = rooms[from] ?? []
      const isRight =
        allowed.includes('*') ||
        (to === '' ? shared(target.slice(house.length + 1)) : base.includes(to) || allowed.includes(to))
      return isRight ? [] : [`${one.from} imports ${target}`]
    })
  }

  it('of the daemon see those below them alone', () => {
    expect(wrongTies('daemon', DAEMON), JSON.stringify(DAEMON.rooms, null, 1)).to.deep.equal([])
  })

  it('of a run: index, then fold, decide and rows, which do not know each other', () => {
    expect(wrongTies('core/run', RUN), JSON.stringify(RUN.rooms, null, 1)).to.deep.equal([])
  })

  it('of the command line: a verb uses the others, none uses a verb', () => {
    expect(wrongTies('cli', CLI), JSON.stringify(CLI.rooms, null, 1)).to.deep.equal([])
  })

  it('have tables without a circle', () => {
    for (const { rooms } of [DAEMON, RUN, CLI]) {
      const below = (room: string, seen: readonly string[]): void => {
        expect(seen, `${[...seen, room].join(' → ')}`).not.to.include(room)
        for (const next of rooms[room] ?? []) if (next !== '*') below(next, [...seen, room])
      }
      for (const room of Object.keys(rooms)) below(room, [])
    }
  })
})

describe('files of lib', () => {
  const graph = new Map(
    filesBelow(LIB).map((path) => {
      const targets = importsOf(path).flatMap((one) => targetOf(one) ?? [])
      return [path.slice(LIB.length + 1), targets] as const
    }),
  )

  it('import each other in no circle, not even for a type', () => {
    const done = new Set<string>()
    const visit = (file: string, path: readonly string[]): void => {
      const at = path.indexOf(file)
      if (at !== -1) expect.fail([...path.slice(at), file].join(' → '))
      if (done.has(file)) return
      for (const next of graph.get(file) ?? []) visit(next, [...path, file])
      done.add(file)
    }
    for (const file of graph.keys()) visit(file, [])
  })

  it('have at most 400 lines', () => {
    const long = filesBelow(LIB).filter((path) => readFileSync(path, 'utf8').split('\n').length > 401)
    expect(long).to.deep.equal([])
  })
})
