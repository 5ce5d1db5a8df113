/** Rules of the house that no compiler holds. Each names what it refuses and the places where that is allowed. */
import { expect } from 'chai'
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { filesBelow, importsOf, LIB, ROOT } from './imports.js'

/** Folders without Node, and without a clock or chance of their own: values in, values out. */
const PURE = ['core', 'simulate', 'agents', 'tmux/protocol', 'tui/ui', 'tui/draw', 'cli/render', 'web/draw']
/** A digest and the text of a script. */
const PURE_BUT_NODE: Readonly<Record<string, string>> = {
  'agents/codex/hooks.ts': 'node:crypto',
  'agents/opencode/hooks.ts': 'node:child_process',
}
/** `explain` of a screen whose time nobody said. */
const PURE_BUT_CLOCK = 'agents/explain-screen.ts:'
const CLOCK =
  /\bDate\.now\b|\bnew Date\(\s*\)|\bMath\.random\b|\bperformance\.|\bcrypto\.|\bset(?:Timeout|Interval|Immediate)\(|\bprocess\.(?:env|hrtime|cwd|nextTick|stdout)\b/

/** Words of other programs, which tell it in no other way. */
const WORDS_OF_OTHERS: Readonly<Record<string, string>> = {
  'ssh/ssh-failure.ts': 'ssh2',
  'config/explain-issue.ts': 'zod',
  'config/parse-yaml.ts': 'yaml',
  'cli/parse-with-yargs.ts': 'yargs',
  'ssh/key-ring.ts': 'ssh2',
  'tmux/view-open.ts': 'tmux',
  'tmux/run-steps.ts': 'tmux',
  // Cuts the machine's own name off, for a place where it is said already.
  'daemon/machines/host.ts': 'ours',
}
/** A pattern or a word that is looked for in what was written for people. */
const BRANCH_ON_WORDS =
  /\/[^/\n]+\/[a-z]*\.test\([^)\n]*(?:reason|message|hint)\b|\b(?:reason|message|hint)\)?\??\.(?:includes|startsWith|endsWith|match|search|indexOf)\(/i

/** The same in a list of such words. */
const BRANCH_ON_LISTED =
  /\b(?:warnings|created|changed|kept|reasons|messages|hints)\.\w+\(.*\.(?:includes|startsWith|endsWith|match|search|indexOf)\(/

/** Where `Intl` may be asked: by whoever has a date in hand. Its tables cost 10 ms and 8 MB once in a process. */
const INTL = ['home/local-zone.ts', 'core/time-zone.ts', 'core/status/limits.ts']

/** Refused, made by a later format, or written while a run goes on. */
const NOT_THERE = new Set(['utils.ts', 'upcast/3.ts', 'v3.txt', 'prompt.md', 'context.md', 'report.md'])

interface Line {
  readonly at: string
  readonly text: string
}

/** Lines of code, without those that are all comment. */
function linesOf(file: string): Line[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .map((text, i) => ({ at: `${relative(LIB, file)}:${i + 1}`, text }))
    .filter(({ text }) => !/^\s*(?:\/\/|\/?\*)/.test(text))
}

const isBelow = (file: string, folders: readonly string[]) =>
  folders.some((folder) => file.startsWith(`${folder}/`))

const say = ({ at, text }: Line) => `${at}: ${text.trim()}`

describe('the habits of the house', () => {
  const files = filesBelow(LIB)
  const lines = files.flatMap(linesOf)

  it('ask no clock and no chance in pure folders: times and random numbers are arguments', () => {
    const wrong = lines.filter(
      ({ at, text }) => isBelow(at, PURE) && CLOCK.test(text) && !at.startsWith(PURE_BUT_CLOCK),
    )
    expect(wrong.map(say)).to.deep.equal([])
  })

  it('keep Node and packages out of pure folders', () => {
    const wrong = files
      .flatMap(importsOf)
      .filter(({ from, to }) => isBelow(from, PURE) && !to.startsWith('.') && PURE_BUT_NODE[from] !== to)
    expect(wrong).to.deep.equal([])
  })

  it('ask Intl in three places, none of which the start of anything passes', () => {
    const found = lines.filter(({ text }) => /\bIntl\.|\.(?:toLocale|localeCompare)/.test(text))
    expect([...new Set(found.map(({ at }) => at.split(':')[0]))]).to.have.members(INTL)
  })

  it('make ids in ids.ts alone', () => {
    const ids = [
      ...readFileSync(join(LIB, 'core/ids.ts'), 'utf8').matchAll(/^export type (\w+) = Branded</gm),
    ]
    const names = ids.map(([, name]) => name).join('|')
    expect(ids.length).to.be.greaterThan(10)
    const cast = new RegExp(`\\bas (?:readonly )?\\(?(?:${names})\\b`)
    // Renaming in an import is no cast.
    const wrong = lines.filter(
      ({ at, text }) =>
        !at.startsWith('core/ids.ts') && cast.test(text) && !/^\s*(?:import |export (?:type )?\{)/.test(text),
    )
    expect(wrong.map(say)).to.deep.equal([])
  })

  it('decide nothing by the words of a message: a kind says it', () => {
    const wrong = lines.filter(
      ({ at, text }) =>
        (BRANCH_ON_WORDS.test(text) || BRANCH_ON_LISTED.test(text)) &&
        WORDS_OF_OTHERS[at.split(':')[0] ?? ''] === undefined,
    )
    expect(wrong.map(say)).to.deep.equal([])
  })

  it('name in CONTRIBUTING.md and ARCHITECTURE.md what there is', () => {
    const known = namesInTree()
    for (const page of ['CONTRIBUTING.md', 'ARCHITECTURE.md']) {
      const text = readFileSync(join(ROOT, page), 'utf8').replace(/```[^]*?```/g, '')
      const named = [...text.matchAll(/`([\w./<>-]+)`|\]\(([\w./-]+\.md)/g)]
        .map((match) => match[1] ?? match[2] ?? '')
        .filter((name) =>
          /^(?:lib|spec|scripts|docs|config|layouts)\/|\.(?:ts|mjs|sh|md|txt|yaml)$/.test(name),
        )
      expect(named.length, page).to.be.greaterThan(10)
      expect(
        named.filter((name) => !NOT_THERE.has(name) && !known(name)),
        page,
      ).to.deep.equal([])
    }
  })
})

/** Whether a file or folder has a name that ends like that; `<verb>` stands for any. */
function namesInTree(): (name: string) => boolean {
  const all = ['lib', 'spec', 'scripts', 'docs', 'config', 'layouts'].flatMap((top) => [
    `/${top}`,
    ...readdirSync(join(ROOT, top), { withFileTypes: true, recursive: true }).map(
      (entry) => `/${relative(ROOT, join(entry.parentPath, entry.name))}`,
    ),
  ])
  all.push(...readdirSync(ROOT).map((name) => `/${name}`))
  return (name) => {
    const pattern = name
      .replace(/\/$/, '')
      .split(/<\w+>/)
      .map((part) => part.replace(/[.]/g, '\\.'))
      .join('[^/]+')
    const ending = new RegExp(`/${pattern}(?:\\.(?:spec\\.)?ts)?$`)
    return all.some((path) => ending.test(path))
  }
}
