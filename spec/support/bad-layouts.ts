/** The folder of layouts that are wrong, and everything that is to be said about each. */
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

export const BAD_LAYOUTS = resolve(import.meta.dirname, '../fixtures/layouts/bad')

/** By file, in order; a file's own parts stand under its name. */
export function expectedProblems(): Map<string, string[]> {
  const expected = new Map<string, string[]>()
  let file = ''
  for (const line of readFileSync(join(BAD_LAYOUTS, 'expected.txt'), 'utf8').split('\n')) {
    if (line.startsWith('== ')) expected.set((file = line.slice(3)), [])
    else if (line !== '') expected.get(file)?.push(line)
  }
  return expected
}
