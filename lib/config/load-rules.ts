/** The user's own status rules: `rules/<type>.yaml` (or .yml, .json) in the configuration directory. */
import { basename, extname, join } from 'node:path'
import type { RuleOverride } from '../core/status/rules.js'
import { files } from './files.js'
import { readText } from './read-text.js'

export interface UserRules {
  /** By agent type. */
  readonly overrides: ReadonlyMap<string, RuleOverride>
  /** `FILE: path: what is wrong`; such a file counts for nothing. */
  readonly problems: readonly string[]
}

const SUFFIXES = ['.yaml', '.yml', '.json']

/** Reads files and nothing else; a directory that is not there means: no rules. */
export async function loadRules(configDir: string): Promise<UserRules> {
  const dir = join(configDir, 'rules')
  const names = await files.readdir(dir).catch(() => [])
  const overrides = new Map<string, RuleOverride>()
  const problems: string[] = []
  for (const name of names.filter((n) => SUFFIXES.includes(extname(n))).sort()) {
    const file = join(dir, name)
    const read = await readText(file)
    const decoded = read.ok
      ? (await import('./parse-rules.js')).parseRules(read.text)
      : { ok: false as const, problems: [{ path: '', message: read.message }] }
    if (decoded.ok) overrides.set(basename(name, extname(name)), decoded.override)
    else
      problems.push(
        ...decoded.problems.map((p) => `${file}: ${p.path === '' ? '' : `${p.path}: `}${p.message}`),
      )
  }
  return { overrides, problems }
}
