/**
 * Runs one of our bundles from the compiled form that an earlier run left: for V8, compiling the daemon is half of its
 * start. Node 22 can do so by itself, Node 20 cannot. Whatever is wrong with the compiled form, the source counts.
 */
import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { Script } from 'node:vm'
import { makeDir } from './make-dir.js'
import { cacheDir, type Env } from './paths.js'

export interface RunBundleOptions {
  /** Of a file in the bundle's own folder. The bundle may not use `import()`, which belongs to the file that runs it. */
  readonly require: (id: string) => unknown
  /** Runs that need the same functions share a compiled form; null: none is kept. */
  readonly key: string | null
  /** Calls its argument when the functions that matter have been compiled. */
  readonly whenWarm: (keep: () => void) => void
  readonly env?: Env
}

/** Other versions of Node, other installations. */
const KEPT_FORMS = 4

/** @param path of a CommonJS bundle. @returns what it exports. */
export function runBundle(path: string, options: RunBundleOptions): unknown {
  // Not latin1, though the bundler escapes strings: it leaves regular expressions as they are (`❯`, `│`).
  const source = readFileSync(path, 'utf8')
  const file = options.key === null ? null : compiledFile(path, options.key, options.env ?? process.env)
  const cachedData = file === null ? undefined : readOwn(file)
  const script = new Script(`(function(exports,require,module,__filename,__dirname){${source}\n})`, {
    filename: path,
    ...(cachedData === undefined ? {} : { cachedData }),
  })
  if (file !== null && (cachedData === undefined || script.cachedDataRejected === true))
    options.whenWarm(() => keep(file, script.createCachedData()))
  const module = { exports: {} }
  const run = script.runInThisContext() as (...args: unknown[]) => void
  run.call(module.exports, module.exports, options.require, module, path, dirname(path))
  return module.exports
}

function compiledFile(path: string, key: string, env: Env): string {
  const { size, mtimeMs } = statSync(path)
  const name = [basename(path), key, process.version, process.arch, size, Math.round(mtimeMs)].join('-')
  return join(cacheDir(env), `${name}.v8`)
}

/** Only what nobody else can have written: it is code. */
function readOwn(file: string): Buffer | undefined {
  let descriptor: number
  try {
    descriptor = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW)
  } catch {
    return undefined
  }
  try {
    const { uid, mode } = fstatSync(descriptor)
    return uid === process.getuid?.() && (mode & 0o022) === 0 ? readFileSync(descriptor) : undefined
  } catch {
    return undefined
  } finally {
    closeSync(descriptor)
  }
}

/** A full disk, a read-only home: the next run compiles again, that is all. */
function keep(file: string, data: Buffer): void {
  const dir = dirname(file)
  const part = `${file}.${process.pid}`
  try {
    makeDir(dir)
    write(part, file, data)
    const kind = basename(file).split('-v')[0] ?? ''
    const forms = readdirSync(dir).filter((name) => name.startsWith(`${kind}-v`) && name.endsWith('.v8'))
    if (forms.length <= KEPT_FORMS) return
    const old = forms.map((name) => ({ name, at: statSync(join(dir, name)).mtimeMs }))
    for (const { name } of old.toSorted((a, b) => b.at - a.at).slice(KEPT_FORMS)) rmSync(join(dir, name))
  } catch {
    // see above
  }
}

function write(part: string, file: string, data: Buffer): void {
  try {
    writeFileSync(part, data, { flag: 'wx', mode: 0o600 })
    renameSync(part, file)
  } catch (error) {
    rmSync(part, { force: true })
    throw error
  }
}
