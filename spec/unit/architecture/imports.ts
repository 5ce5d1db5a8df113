/** The imports of lib, as the architecture specs look at them. */
import { readFileSync, readdirSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'

export const ROOT = resolve(import.meta.dirname, '..', '..', '..')
export const LIB = join(ROOT, 'lib')

export interface Import {
  /** The file, relative to lib. */
  readonly from: string
  /** As it is written there. */
  readonly to: string
}

export function filesBelow(dir: string): string[] {
  return readdirSync(dir, { withFileTypes: true, recursive: true })
    .filter((e) => e.isFile() && e.name.endsWith('.ts'))
    .map((e) => join(e.parentPath, e.name))
}

export function importsOf(file: string): Import[] {
  const text = readFileSync(file, 'utf8')
  const statements = /^(?:import|export)\s(?:[^'";]*?\sfrom\s+)?'([^']+)'|\bimport\('([^']+)'\)/gm
  return [...text.matchAll(statements)].map((m) => ({ from: relative(LIB, file), to: m[1] ?? m[2] ?? '' }))
}

/** The imported file of lib, as it stands in the source; null: a package, or Node. */
export function targetOf({ from, to }: Import): string | null {
  if (!to.startsWith('.')) return null
  return relative(LIB, resolve(LIB, dirname(from), to)).replace(/\.js$/, '.ts')
}
