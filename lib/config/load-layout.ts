/** A layout file → a checked layout, or every problem that it has. */
import { dirname, join, relative, resolve } from 'node:path'
import type * as z from 'zod'
import { checkLayout } from '../core/layout/check-layout.js'
import type { Layout } from '../core/layout/model.js'
import type { Problem } from '../core/layout/problem.js'
import { checkDirectories } from './check-directories.js'
import { explainIssues } from './explain-issue.js'
import { includeFiles, type SourceFile } from './include-files.js'
import { expandLayout, fragmentKeys, fragmentSchema, layoutSchema } from './keys/layout.js'
import { isMap, type YamlMap } from './located.js'
import { ProblemList } from './problem-list.js'
import { readPrompts } from './read-prompts.js'
import { readWorkflows } from './read-workflows.js'
import { settleEnvValues } from './settle-env-values.js'
import { writtenOut } from './written-out/written-out.js'

export interface LoadOptions {
  /** For `${NAME}` in strings. Values never come back in messages. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** `~` of this machine. Default: `env.HOME`. */
  readonly home?: string
  /** Where an included file is looked for when it is not beside the layout. */
  readonly searchDirs?: readonly string[]
  /** The user's configuration directory: the first of the search directories. */
  readonly configDir?: string
  /** Of the program: layouts in its `layouts/` are shipped ones. */
  readonly packageDir?: string
  /** Messages name files below it by their relative path; without it, as they were given. */
  readonly cwd?: string
}

export type LoadedLayout =
  | {
      readonly ok: true
      readonly layout: Layout
      readonly warnings: readonly Problem[]
      /** Absolute paths of all that was read: the layout, its includes, its prompt files. */
      readonly files: readonly string[]
      /** Of the layout's file, where the layout follows from it and the options alone: nothing else was asked. */
      readonly onlyText: string | null
    }
  | { readonly ok: false; readonly problems: readonly Problem[]; readonly files: readonly string[] }

/** Reads files and nothing else; never throws for what stands in them. */
export async function loadLayout(path: string, options: LoadOptions): Promise<LoadedLayout> {
  const home = options.home ?? options.env['HOME'] ?? '/'
  const searchDirs = [
    ...(options.configDir === undefined ? [] : [options.configDir]),
    ...(options.searchDirs ?? []),
  ]
  const below = options.cwd === undefined ? '..' : relative(options.cwd, resolve(path))
  const name = below.startsWith('..') ? path : below
  const loaded = await includeFiles(name, resolve(path), { env: options.env, home, searchDirs })
  const list = new ProblemList(loaded.root, loaded.problems)
  if (loaded.root === null) return { ok: false, problems: list.sorted(), files: loaded.files }

  for (const source of loaded.sources) checkShape(source, list)
  const directory = dirname(resolve(path))
  const workflows = await readWorkflows(loaded.root, { directory, home, options }, list.report)
  const root = writtenOut(loaded.root, workflows.fileOf, list)
  const prompts = await readPrompts(root, { directory, home }, list.report)
  const layout = expandLayout(
    root,
    { directory, home, prompts: prompts.texts, workDirectory: workPlace(directory, options) },
    list.report,
  )
  checkLayout(layout, list.report)
  const checked = list.hasErrors ? 0 : await checkDirectories(layout, home, list.report)

  const files = [...loaded.files, ...workflows.files, ...prompts.files]
  if (list.hasErrors) return { ok: false, problems: list.sorted(), files }
  const [main] = loaded.sources
  const isAlone = files.length === 1 && checked === 0 && main?.text.includes('${') === false
  return { ok: true, layout, warnings: list.sorted(), files, onlyText: isAlone ? main.text : null }
}

/** A shipped layout, or one of the user's own collection, is meant for wherever it is called. */
function workPlace(directory: string, { configDir, packageDir, cwd }: LoadOptions): string {
  const layoutsIn = (dir: string | undefined) => (dir === undefined ? [] : [join(dir, 'layouts')])
  const collections = [...layoutsIn(packageDir), ...layoutsIn(configDir), configDir]
  return collections.includes(directory) ? (cwd ?? '~') : directory
}

function checkShape(source: SourceFile, list: ProblemList): void {
  const schema: z.ZodType = source.isMain ? layoutSchema() : fragmentSchema()
  let result = schema.safeParse(source.root)
  if (!result.success && settleEnvValues(source.root, result.error.issues))
    result = schema.safeParse(source.root)
  if (result.success) return
  for (const problem of explainIssues(result.error.issues, source.root)) {
    const key = problem.path.at(-1)
    // `x-…` keys are the user's own, wherever a key could be unknown.
    if (problem.unknownKey && String(key).startsWith('x-')) continue
    const hint =
      !source.isMain && problem.unknownKey && problem.path.length === 1 ? fragmentHint(source.root, key) : ''
    list.add(source.root, problem.path, problem.message + hint, 'error', problem.atKey)
  }
}

function fragmentHint(root: YamlMap, key: unknown): string {
  return isMap(root) && typeof key === 'string' ? `; an included file holds ${fragmentKeys().join(', ')}` : ''
}
