import type { ReadFile } from '../../exec/host-files.js'
import { readBelow } from '../../exec/read-below.js'
import type { Shell } from '../../exec/shell.js'
import { RECORD_BYTES } from './record-text.js'

interface Wanted {
  readonly root: string
  readonly paths: readonly string[]
  readonly resolve: (files: readonly ReadFile[]) => void
  readonly reject: (error: unknown) => void
}

/** In one command; more would keep others of that shell waiting. */
const MAX_PATHS = 64

/** Reads records. What is asked in one turn is read in one command: a look at fifty agents is not fifty round trips. */
export class RecordReader {
  readonly #shell: Shell
  #wanted: Wanted[] = []

  constructor(shell: Shell) {
    this.#shell = shell
  }

  /** @param paths below `root` */
  read(root: string, paths: readonly string[]): Promise<readonly ReadFile[]> {
    return new Promise((resolve, reject) => {
      if (this.#wanted.length === 0) setImmediate(() => this.#flush())
      this.#wanted.push({ root, paths, resolve, reject })
    })
  }

  #flush(): void {
    const all = this.#wanted
    this.#wanted = []
    for (let from = 0; from < all.length;) {
      let to = from + 1
      let paths = all[from]?.paths.length ?? 0
      while (
        all[to]?.root === all[from]?.root &&
        to < all.length &&
        paths + (all[to]?.paths.length ?? 0) <= MAX_PATHS
      )
        paths += all[to++]?.paths.length ?? 0
      void this.#readTogether(all.slice(from, to))
      from = to
    }
  }

  async #readTogether(wanted: readonly Wanted[]): Promise<void> {
    try {
      const files = await readBelow(
        this.#shell,
        wanted[0]?.root ?? '/',
        wanted.flatMap(({ paths }) => paths),
        RECORD_BYTES,
      )
      let from = 0
      for (const { paths, resolve } of wanted) resolve(files.slice(from, (from += paths.length)))
    } catch (error) {
      for (const { reject } of wanted) reject(error)
    }
  }
}
