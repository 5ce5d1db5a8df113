/** What an installation weighs: `npx tsx scripts/bench/install.ts`. */
import { spawnSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  lstatSync,
  rmSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { builtProgram } from '../../spec/support/orchestra.js'
import { askWhenMain, type Answer, type BenchOptions, type Cell, type Question } from './support/question.js'
import { rounded } from './support/statistics.js'

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '../..')

export const install: Question = { name: 'install', title: 'Installation', measure }

async function measure({ say }: BenchOptions): Promise<Answer> {
  const dir = mkdtempSync(join(tmpdir(), 'orc-install-'))
  try {
    const tarball = pack(dir)
    const rows: Cell[][] = []
    const notes = [
      'Node, Ruby and Python themselves are counted on no side; sizes are of the unpacked files.',
    ]
    for (const [label, more] of [
      ['orchestra', []],
      ['orchestra, without optional packages (a client only)', ['--omit=optional']],
    ] as const) {
      say(label)
      const prefix = join(dir, `prefix-${more.length}`)
      const since = performance.now()
      const done = npm([
        'install',
        '-g',
        '--prefix',
        prefix,
        '--prefer-offline',
        '--no-audit',
        '--no-fund',
        ...more,
        tarball,
      ])
      const seconds = (performance.now() - since) / 1000
      if (done.status !== 0) {
        notes.push(`npm install failed: ${done.stderr.slice(-300)}`)
        continue
      }
      const bin = join(prefix, 'bin/orchestra')
      const version = spawnSync(bin, ['--version'], { encoding: 'utf8' })
      if (version.status !== 0)
        throw new Error(`${bin} --version: ${version.error?.message ?? version.stderr}`)
      if (more.length > 0 && filesUnder(prefix).some((path) => path.includes('/libsql/'))) {
        notes.push(
          'This npm installs optional packages with -g whatever --omit says: no figure without them.',
        )
        continue
      }
      rows.push([label, rounded(sizeOf(prefix) / 1e6), packagesUnder(prefix), rounded(seconds)])
    }
    rows.push(['  its tarball', rounded(lstatSync(tarball).size / 1e6, 2), null, null])
    for (const name of ['tmuxinator', 'tmuxp']) {
      const found = debianPackages(name)
      if (found === null) notes.push(`${name} is not installed from Debian: skipped.`)
      else rows.push([`${name} (Debian)`, rounded(found.bytes / 1e6), found.count, null])
    }
    return { columns: ['what', 'MB', 'packages', 'install s'], rows, targets: [], notes }
  } finally {
    rmSync(dir, { recursive: true, force: true, maxRetries: 10 })
  }
}

/** Of a copy, so that packing builds nothing in the checkout. */
function pack(dir: string): string {
  const copy = join(dir, 'package')
  mkdirSync(copy)
  const { files } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { files: string[] }
  for (const name of new Set(['package.json', 'dist', ...files.filter((file) => !file.startsWith('dist'))])) {
    const from = name === 'dist' ? dirname(builtProgram()) : join(ROOT, name)
    if (existsSync(from)) cpSync(from, join(copy, name), { recursive: true, dereference: true })
  }
  const done = npm(['pack', '--ignore-scripts', '--pack-destination', dir], copy)
  if (done.status !== 0) throw new Error(`npm pack: ${done.stderr}`)
  const name = readdirSync(dir).find((entry) => entry.endsWith('.tgz'))
  if (name === undefined) throw new Error('npm pack left no tarball')
  return join(dir, name)
}

function npm(args: readonly string[], cwd: string = tmpdir()): { status: number | null; stderr: string } {
  // npm tells the programs that it starts where it installs to; this one is another.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)))
  return spawnSync('npm', ['--loglevel', 'error', ...args], { cwd, env, encoding: 'utf8', timeout: 300_000 })
}

function filesUnder(dir: string): string[] {
  return readdirSync(dir, { withFileTypes: true }).flatMap((entry) => {
    const path = join(dir, entry.name)
    return entry.isDirectory() ? filesUnder(path) : [path]
  })
}

function sizeOf(dir: string): number {
  return filesUnder(dir).reduce((sum, path) => sum + lstatSync(path).size, 0)
}

function packagesUnder(dir: string): number {
  return filesUnder(dir).filter((path) => /node_modules\/(@[^/]+\/)?[^/]+\/package\.json$/.test(path)).length
}

/** The package and the libraries of its language that it needs, without the interpreter. */
function debianPackages(name: string): { bytes: number; count: number } | null {
  const todo = [name]
  const sizes = new Map<string, number>()
  for (const one of todo) {
    if (sizes.has(one)) continue
    const format = '${Installed-Size}\\n${Depends}\\n'
    const { status, stdout } = spawnSync('dpkg-query', ['-W', '-f', format, one], { encoding: 'utf8' })
    if (status !== 0) {
      if (one === name) return null
      continue
    }
    const [kb = '0', depends = ''] = stdout.split('\n')
    sizes.set(one, Number(kb) * 1024)
    const names = depends.split(',').map((word) => word.trim().split(/[ :(|]/)[0] ?? '')
    todo.push(...names.filter((word) => /^(ruby|python3)-./.test(word)))
  }
  return { bytes: [...sizes.values()].reduce((sum, bytes) => sum + bytes, 0), count: sizes.size }
}

await askWhenMain(install, import.meta.url)
