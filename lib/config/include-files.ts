/** A layout with everything that it includes, as one document whose values still know their file. */
import { basename, dirname, isAbsolute, join } from 'node:path'
import { formatCycle } from '../core/dag/find-cycle.js'
import type { Problem } from '../core/layout/problem.js'
import { files } from './files.js'
import { includesOf, sharedSections } from './keys/layout.js'
import { localPath } from './local-path.js'
import type { YamlMap } from './located.js'
import { copyMap, entryOf, isMap, put } from './located.js'
import { parseYaml } from './parse-yaml.js'
import { readText } from './read-text.js'

export interface IncludeOptions {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly home: string
  /** Where an included file is looked for when it is not beside the including one. */
  readonly searchDirs: readonly string[]
}

export interface SourceFile {
  /** As messages call it. */
  readonly name: string
  readonly path: string
  readonly text: string
  readonly root: YamlMap
  readonly isMain: boolean
}

export interface LoadedFiles {
  readonly root: YamlMap | null
  /** Each once, the main file first. */
  readonly sources: readonly SourceFile[]
  /** Absolute paths of everything that was read. */
  readonly files: readonly string[]
  readonly problems: readonly Problem[]
}

const MAX_FILES = 50

/** `name` is what messages call the file, `path` where it is. */
export async function includeFiles(
  name: string,
  path: string,
  options: IncludeOptions,
): Promise<LoadedFiles> {
  const loader = new Loader(options)
  const root = await loader.load(name, path, [], null)
  return { root, sources: loader.sources, files: [...loader.files], problems: loader.problems }
}

class Loader {
  readonly sources: SourceFile[] = []
  readonly files = new Set<string>()
  readonly problems: Problem[] = []
  readonly #options: IncludeOptions
  readonly #roots = new Map<string, YamlMap | null>()

  constructor(options: IncludeOptions) {
    this.#options = options
  }

  /** `trail`: the real paths of the files that include this one, outermost first. */
  async load(
    name: string,
    path: string,
    trail: readonly string[],
    complain: ((message: string) => void) | null,
  ): Promise<YamlMap | null> {
    const real = await files.realpath(path).catch(() => path)
    if (trail.includes(real)) {
      const circle = [...trail.slice(trail.indexOf(real)), real].map((file) => basename(file))
      complain?.(`the files include each other: ${formatCycle(circle)}`)
      return null
    }
    const known = this.#roots.get(real)
    if (known !== undefined) return known
    if (this.sources.length >= MAX_FILES) {
      complain?.(`too many files are included: at most ${MAX_FILES}`)
      return null
    }
    const file = await readText(path)
    if (!file.ok) {
      if (complain === null)
        this.problems.push({
          severity: 'error',
          file: name,
          line: file.content ? 1 : 0,
          column: file.content ? 1 : 0,
          path: '',
          message: file.message,
        })
      else complain(`${name}: ${file.message}`)
      return null
    }
    this.files.add(path)
    const parsed = parseYaml(file.text, name, this.#options.env)
    this.problems.push(...parsed.problems)
    if (parsed.root !== null)
      this.sources.push({ name, path, text: file.text, root: parsed.root, isMain: trail.length === 0 })
    const whole =
      parsed.root === null ? null : await this.#withIncludes(parsed.root, name, path, [...trail, real])
    this.#roots.set(real, whole)
    return whole
  }

  async #withIncludes(root: YamlMap, name: string, path: string, trail: readonly string[]): Promise<YamlMap> {
    const list = root['include']
    let below: YamlMap | null = null
    for (const [index, target] of includesOf(root).entries()) {
      const entry = (Array.isArray(list) ? entryOf(list, index) : undefined) ?? entryOf(root, 'include')!
      const found = await this.#locate(target, name, path)
      const included = await this.load(found.name, found.path, trail, (message) => {
        this.problems.push({ severity: 'error', ...entry.value, path: 'include', message })
      })
      if (included !== null) below = below === null ? included : merged(below, included)
    }
    return below === null ? root : merged(below, root)
  }

  async #locate(target: string, name: string, path: string): Promise<{ name: string; path: string }> {
    const beside = localPath(target, { directory: dirname(path), home: this.#options.home })
    if (isAbsolute(target) || target.startsWith('~')) return { name: target, path: beside }
    for (const candidate of [beside, ...this.#options.searchDirs.map((dir) => join(dir, target))]) {
      const exists = await files.realpath(candidate).then(
        () => true,
        () => false,
      )
      if (exists)
        return { name: candidate === beside ? join(dirname(name), target) : candidate, path: candidate }
    }
    return { name: join(dirname(name), target), path: beside }
  }
}

/** `over` wins key by key inside the shared maps; everything else is `over`'s alone. */
function merged(under: YamlMap, over: YamlMap): YamlMap {
  const result = copyMap(over)
  for (const section of sharedSections()) {
    const [lower, upper] = [under[section], over[section]]
    const lowerEntry = entryOf(under, section)
    if (!isMap(lower) || lowerEntry === undefined) continue
    if (upper !== undefined && upper !== null && !isMap(upper)) continue
    const both = copyMap(lower)
    if (isMap(upper)) {
      for (const [key, value] of Object.entries(upper)) put(both, key, value, entryOf(upper, key)!)
    }
    put(result, section, both, entryOf(over, section) ?? lowerEntry)
  }
  return result
}
