/** What an agent may put in our way, each kind of it, and what must not have changed afterwards. */
import { execFileSync } from 'node:child_process'
import {
  linkSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import process from 'node:process'

export const PLANTED_KINDS = [
  'link to a file',
  'link to a directory',
  'dangling link',
  'FIFO',
  'socket',
  'directory',
  'closed directory',
  'device',
  'hard link',
] as const

export type PlantedKind = (typeof PLANTED_KINDS)[number]

/** Things elsewhere that links lead to. */
export class Victims {
  readonly dir: string
  readonly #file: string
  readonly #folder: string

  constructor(dir: string) {
    this.dir = dir
    this.#file = join(dir, 'file')
    this.#folder = join(dir, 'folder')
    mkdirSync(this.#folder, { recursive: true })
    writeFileSync(this.#file, 'untouched')
    writeFileSync(join(this.#folder, 'kept'), 'untouched')
  }

  /** False: this machine does not let us make one. */
  async plant(kind: PlantedKind, path: string): Promise<boolean> {
    mkdirSync(dirname(path), { recursive: true })
    switch (kind) {
      case 'link to a file':
        symlinkSync(this.#file, path)
        return true
      case 'link to a directory':
        symlinkSync(this.#folder, path)
        return true
      case 'dangling link':
        symlinkSync(join(this.dir, 'none'), path)
        return true
      case 'FIFO':
        execFileSync('mkfifo', [path])
        return true
      case 'socket':
        await makeSocket(path)
        return true
      case 'directory':
        mkdirSync(join(path, 'deep'), { recursive: true })
        return true
      case 'closed directory':
        mkdirSync(path, { mode: 0 })
        return true
      case 'device':
        if (process.getuid?.() !== 0) return false
        execFileSync('mknod', [path, 'c', '1', '5'])
        return true
      case 'hard link':
        linkSync(this.#file, path)
        return true
    }
  }

  /** What is not as it was. */
  changes(): string[] {
    const found: string[] = []
    if (readFileSync(this.#file, 'utf8') !== 'untouched') found.push('the file was written')
    const names = readdirSync(this.dir).toSorted()
    if (names.join() !== 'file,folder') found.push(`now there: ${names.join(' ')}`)
    const inside = readdirSync(this.#folder)
    if (inside.join() !== 'kept') found.push(`now in the folder: ${inside.join(' ')}`)
    return found
  }
}

/** A socket's file stays when its server ends only if nobody closes it in the same process. */
async function makeSocket(path: string): Promise<void> {
  // The kernel takes short paths only.
  const from = process.cwd()
  process.chdir(dirname(path))
  try {
    const server = createServer()
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(path.slice(dirname(path).length + 1), resolve)
    })
    server.unref()
  } finally {
    process.chdir(from)
  }
}

export function kindAt(path: string): string {
  const found = lstatSync(path, { throwIfNoEntry: false })
  if (found === undefined) return 'nothing'
  return found.isFile() ? 'file' : found.isDirectory() ? 'directory' : 'other'
}
