/** Which file a LAYOUT argument means. Imports nothing heavy: the quick verbs ask it too. */
import { readdirSync, statSync } from 'node:fs'
import { dirname, isAbsolute, join, resolve } from 'node:path'
import { fix } from '../core/fixes.js'
import { OrchestraError } from '../core/errors.js'
import { didYouMean } from '../core/layout/did-you-mean.js'

export interface ResolveOptions {
  readonly cwd: string
  /** The user's configuration directory; layouts are looked up in its `layouts/` and in itself. */
  readonly configDir: string
  /** Where our package.json is. */
  readonly packageDir: string
}

const SUFFIXES = ['.yaml', '.yml']
const DEFAULTS = SUFFIXES.map((suffix) => `orchestra${suffix}`)

/**
 * A path (of a directory: the `orchestra.yaml` in it), or a name looked up in `./layouts`, the user's config directory, the
 * package's `layouts/`, and last `./NAME.yaml`; without an argument `./orchestra.yaml`. Absolute. Throws an OrchestraError (`usage`) that lists what was looked at.
 */
export function resolveLayout(given: string | undefined, options: ResolveOptions): string {
  const tried = given === undefined ? defaults(options) : candidates(given, options)
  const found = tried.find(isFile)
  if (found !== undefined) return found
  if (given === undefined || isPath(given)) {
    const message =
      given === undefined ? 'there is no orchestra.yaml here' : `there is no layout ${JSON.stringify(given)}`
    throw new OrchestraError(`${message}; looked for ${tried.join(', ')}`, {
      kind: 'usage',
      hint: `\`${fix('layout.write')}\` writes one for this machine; \`${fix('layout.demo')}\` tries the one that needs nothing.`,
      details: { tried },
    })
  }
  const names = shipped(options)
  const known = [...names, ...layoutsIn(options.cwd), ...layoutsIn(join(options.cwd, 'layouts'))]
  throw new OrchestraError(`there is no layout ${JSON.stringify(given)}${didYouMean(given, known)}`, {
    kind: 'usage',
    hint: `Looked in ${places(tried)}.\nShipped: ${names.join(', ')}. \`${fix('layout.write')}\` writes one for this machine.`,
    details: { tried },
  })
}

/** What may be given as a name, wherever it is found. */
export function layoutNames(options: ResolveOptions): readonly string[] {
  const { cwd, configDir } = options
  const dirs = [join(cwd, 'layouts'), join(configDir, 'layouts')]
  return [...dirs.flatMap(layoutsIn), ...shipped(options)]
}

function isPath(given: string): boolean {
  return isAbsolute(given) || /[/\\]|^\.\.?$/.test(given)
}

/** Each directory once: a name is looked for in several forms. */
function places(tried: readonly string[]): string {
  return [...new Set(tried.map((path) => dirname(path)))].join(', ')
}

function shipped({ packageDir }: ResolveOptions): string[] {
  return layoutsIn(join(packageDir, 'layouts'))
}

/** Names of the YAML files there. */
function layoutsIn(directory: string): string[] {
  try {
    const names = readdirSync(directory).filter((name) => /\.ya?ml$/.test(name))
    return names.map((name) => name.replace(/\.ya?ml$/, '')).toSorted()
  } catch {
    return []
  }
}

function defaults({ cwd }: ResolveOptions): string[] {
  return DEFAULTS.map((name) => resolve(cwd, name))
}

function candidates(given: string, { cwd, configDir, packageDir }: ResolveOptions): string[] {
  const asPath = resolve(cwd, given)
  const inside = DEFAULTS.map((name) => join(asPath, name))
  if (isPath(given)) return [asPath, ...inside]
  const directories = [
    join(cwd, 'layouts'),
    join(configDir, 'layouts'),
    configDir,
    join(packageDir, 'layouts'),
  ]
  const named = directories.flatMap((directory) => SUFFIXES.map((suffix) => join(directory, given + suffix)))
  const here = SUFFIXES.map((suffix) => join(cwd, given + suffix))
  const whole = directories.map((directory) => join(directory, given))
  return [...new Set(/\.ya?ml$/.test(given) ? [asPath, ...whole] : [...named, asPath, ...inside, ...here])]
}

function isFile(path: string): boolean {
  try {
    return !statSync(path).isDirectory()
  } catch {
    return false
  }
}
