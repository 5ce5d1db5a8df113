/** Reads layouts, and the same one again only when something has changed that it follows from: `up` again is asked for often. */
import { resolve } from 'node:path'
import type { LoadOptions } from './load-layout.js'
import { readLayout, type ReadLayout } from './read-layout.js'
import { readText } from './read-text.js'

export class LayoutReader {
  #last: { readonly asked: string; readonly read: ReadLayout } | null = null

  /** Rejects as `readLayout`. */
  async read(path: string, options: LoadOptions): Promise<ReadLayout> {
    const last = this.#last
    if (last !== null && last.asked === asked(path, options)) {
      const file = await readText(path)
      if (file.ok && file.text === last.read.onlyText) return last.read
    }
    const read = await readLayout(path, options)
    this.keep(path, options, read)
    return read
  }

  /** Of somebody else's reading, with the same words and options. */
  keep(path: string, options: LoadOptions, read: ReadLayout): void {
    // With includes, prompt files, workflows, `${…}` or directories there is more that may have changed.
    this.#last = typeof read.onlyText === 'string' ? { asked: asked(path, options), read } : null
  }
}

/** All but the environment, of which `onlyText` uses nothing but HOME. */
function asked(path: string, { env, home, cwd, configDir, packageDir, searchDirs }: LoadOptions): string {
  return JSON.stringify([resolve(path), home ?? env['HOME'], cwd, configDir, packageDir, searchDirs])
}
