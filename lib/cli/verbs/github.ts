import { OrchestraError } from '../../core/errors.js'
import { didYouMean } from '../../core/layout/did-you-mean.js'
import type { RunVerb, Verb } from '../verb.js'
import { flag, need, text } from '../verb-arguments.js'

/** What each word does stands in its file, which is loaded when the word is named. */
const WORDS: ReadonlyMap<string, () => Promise<RunVerb>> = new Map([
  ['status', async () => (await import('../github/status.js')).githubStatus],
  ['check', async () => (await import('../github/check.js')).githubCheck],
  ['show', async () => (await import('../github/show.js')).githubShow],
  ['plan', async () => (await import('../github/plan.js')).githubPlan],
  ['export', async () => (await import('../github/export.js')).githubExport],
  ['link', async () => (await import('../github/link.js')).githubLink],
  ['unlink', async () => (await import('../github/link.js')).githubUnlink],
  ['outbox', async () => (await import('../github/outbox.js')).githubOutbox],
  ['report', async () => (await import('../github/report.js')).githubReport],
  ['pause', async () => (await import('../github/pause.js')).githubPause],
  ['resume', async () => (await import('../github/pause.js')).githubResume],
  ['import', async () => (await import('../github/import.js')).githubImport],
])

export const github: Verb = {
  name: 'github',
  permission: 'any',
  describe: `issues, Actions and comments of the connected repositories: ${[...WORDS.keys()].join(', ')}`,
  positionals: [
    need('word', [...WORDS.keys()].join(', ')),
    { ...need('rest', 'what the word needs'), required: false, variadic: true },
  ],
  options: {
    on: text('the machine of kind github, where there are several'),
    milestone: text('import: the issues of that milestone'),
    parent: text('import: the parts of that issue'),
    label: { ...text('import: the issues with that label (may be repeated)'), isRepeatable: true },
    file: { ...text('import: a plan in Markdown (may be repeated)'), isRepeatable: true },
    output: text('import: a file for the tasks (default: standard output)', 'o'),
    take: { ...text('import: whose word counts where sources disagree'), choices: ['api', 'text'] },
    column: { ...text('import: what a column such as "Blocking" names'), choices: ['waits', 'holds'] },
    run: flag('import: add the tasks to the running graph'),
    release: flag('show: let exactly this text reach prompts'),
    all: flag('outbox: also what was sent'),
    post: flag('report: as a comment on the issue that all report to'),
    force: flag('import: replace an existing file'),
  },
  example: 'orchestra github import --milestone "Reconstruction" -o tasks.yaml',
  run: async (c) => {
    const word = c.positionals[0] ?? ''
    const load = WORDS.get(word)
    if (load === undefined)
      throw new OrchestraError(
        `github ${word}: not one of ${[...WORDS.keys()].join(', ')}${didYouMean(word, WORDS.keys())}`,
        {
          kind: 'usage',
        },
      )
    return (await load())(c)
  },
}
