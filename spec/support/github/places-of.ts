/** A search for a secret in every place where it could be read. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Orchestra } from '../orchestra.js'

/** Where the text stands: in files of the session and what `status` says, in command lines, in environments of agents. */
export function placesOf(text: string, { dir, state }: Orchestra, status: string) {
  const files = readdirSync(state, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
  const ours = readdirSync('/proc').filter(
    (name) => /^\d+$/.test(name) && holds(`/proc/${name}/environ`, dir),
  )
  return {
    files: [...files.filter((file) => holds(file, text)), ...(status.includes(text) ? ['status'] : [])],
    argv: ours.filter((pid) => holds(`/proc/${pid}/cmdline`, text)),
    agents: ours.filter((pid) =>
      ['ORCHESTRA_AGENT=', text].every((one) => holds(`/proc/${pid}/environ`, one)),
    ),
  }
}

function holds(file: string, text: string): boolean {
  try {
    return readFileSync(file, 'latin1').includes(text)
  } catch {
    // Gone since it was listed, or of somebody else.
    return false
  }
}
