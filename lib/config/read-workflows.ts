/** The files that `workflows:` use. */
import { basename, dirname, isAbsolute, join, relative } from 'node:path'
import { didYouMean } from '../core/layout/did-you-mean.js'
import type { Report } from '../core/layout/report.js'
import { quote } from '../core/layout/report.js'
import { files } from './files.js'
import { readWorkflow } from './keys/workflows.js'
import { localPath } from './local-path.js'
import { isMap, type YamlMap } from './located.js'
import { readText } from './read-text.js'
import type { WorkflowFile, WorkflowFiles } from './written-out/workflows.js'

export interface WorkflowPlaces {
  /** Of the layout file. */
  readonly directory: string
  readonly home: string
  readonly options: {
    readonly configDir?: string
    readonly packageDir?: string
    readonly searchDirs?: readonly string[]
    readonly cwd?: string
  }
}

export interface Workflows {
  readonly fileOf: WorkflowFiles
  /** Absolute paths. */
  readonly files: readonly string[]
}

/** A name is looked for in `workflows/` beside the layout, in the user's configuration, in the package; anything else is a path. */
export async function readWorkflows(
  root: YamlMap,
  places: WorkflowPlaces,
  report: Report,
): Promise<Workflows> {
  const found = new Map<string, WorkflowFile>()
  const paths: string[] = []
  const entries = root['workflows']
  for (const [id, value] of Object.entries(isMap(entries) ? entries : {})) {
    const { use } = readWorkflow(value)
    if (use === null || found.has(use) || use.includes('\0')) continue
    const candidates = candidatesFor(use, places)
    const path = await firstOf(candidates)
    const file = path === undefined ? undefined : await readText(path)
    if (path === undefined) report(['workflows', id, 'use'], await notFound(use, candidates, places))
    else if (file?.ok === false) report(['workflows', id, 'use'], `${use}: ${file.message}`)
    else if (file?.ok === true) {
      paths.push(path)
      found.set(use, { name: nameOf(path, places), text: file.text })
    }
  }
  return { fileOf: (use) => found.get(use), files: paths }
}

const isPath = (use: string) => use.includes('/') || /\.ya?ml$/.test(use)

function directories({ directory, options }: WorkflowPlaces): string[] {
  const { configDir, packageDir, searchDirs = [] } = options
  const config = [...(configDir === undefined ? [] : [configDir]), ...searchDirs]
  return [
    join(directory, 'workflows'),
    ...config.map((dir) => join(dir, 'workflows')),
    ...(packageDir === undefined ? [] : [join(packageDir, 'workflows')]),
  ]
}

function candidatesFor(use: string, places: WorkflowPlaces): string[] {
  if (isPath(use)) return [localPath(use, places)]
  return directories(places).flatMap((dir) => [join(dir, `${use}.yaml`), join(dir, `${use}.yml`)])
}

async function firstOf(candidates: readonly string[]): Promise<string | undefined> {
  for (const path of candidates) {
    const exists = await files.realpath(path).then(
      () => true,
      () => false,
    )
    if (exists) return path
  }
  return undefined
}

async function notFound(use: string, tried: readonly string[], places: WorkflowPlaces): Promise<string> {
  if (isPath(use)) return `there is no file ${quote(use)}`
  const lists = await Promise.all(directories(places).map((dir) => files.readdir(dir).catch(() => [])))
  const names = lists.flat().flatMap((name) => (/\.ya?ml$/.test(name) ? [name.replace(/\.ya?ml$/, '')] : []))
  const known = [...new Set(names)]
  const where = [...new Set(tried.map((path) => dirname(path)))].map((dir) => nameOf(dir, places)).join(', ')
  const hint = didYouMean(use, known) || (known.length === 0 ? '' : ` (there are ${known.join(', ')})`)
  return `there is no workflow ${quote(use)}${hint}; looked in ${where}`
}

/** Shipped ones are known by their name alone: where the package stands says nothing to a reader. */
function nameOf(path: string, { options: { cwd, packageDir } }: WorkflowPlaces): string {
  if (packageDir !== undefined && path.startsWith(join(packageDir, 'workflows')))
    return isYaml(path) ? join('workflows', basename(path)) : 'the package'
  const below = cwd === undefined ? path : relative(cwd, path)
  return below === '' || below.startsWith('..') || isAbsolute(below) ? path : below
}

const isYaml = (path: string) => /\.ya?ml$/.test(path)
