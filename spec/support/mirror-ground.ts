/** A checkout and our mirror of it, on which the steps of lib/git are run as a machine runs them, with the git of the PATH. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MAKE_MIRROR } from '../../lib/git/mirror.js'

const ENV = {
  PATH: process.env['PATH'] ?? '',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'a',
  GIT_AUTHOR_EMAIL: 'a@example.test',
  GIT_COMMITTER_NAME: 'a',
  GIT_COMMITTER_EMAIL: 'a@example.test',
}

export class MirrorGround {
  readonly dir = realpathSync(mkdtempSync(join(tmpdir(), 'orc-mirror-')))
  readonly checkout = join(this.dir, 'app')
  readonly origin = join(this.dir, 'origin.git')
  readonly root = join(this.dir, 'trees', 'app.store')
  readonly mirror = join(this.root, 'mirror.git')
  readonly base: string

  /** @param files of the first commit of main, which is at its origin */
  constructor(files: Readonly<Record<string, string>>) {
    this.git(this.dir, 'init', '-q', '--bare', this.origin)
    this.git(this.origin, 'symbolic-ref', 'HEAD', 'refs/heads/main')
    this.git(this.dir, 'clone', '-q', this.origin, this.checkout)
    this.git(this.checkout, 'checkout', '-q', '-B', 'main')
    this.base = this.commit(files, 'first')
    this.git(this.checkout, 'push', '-q', 'origin', 'main')
    this.run(MAKE_MIRROR, join(this.dir, 'trees'), 'app.store', 'mark', this.checkout)
  }

  git(at: string, ...args: string[]): string {
    const options = { cwd: at, env: { ...ENV, HOME: this.dir }, encoding: 'utf8' } as const
    return execFileSync('git', args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] }).trim()
  }

  /** What a script prints, its records in fields; `failed` with what it said. */
  run(script: string, ...args: string[]): string[][] {
    const env = { ...ENV, HOME: this.dir }
    const done = spawnSync('sh', ['-c', script, 'sh', ...args], { env, encoding: 'utf8' })
    if (done.status !== 0) return [['failed', done.stderr.trim()]]
    return done.stdout
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => line.split('\t'))
  }

  /** As `run`, for what is no text. */
  pipe(script: string, args: readonly string[], input: Buffer = Buffer.alloc(0)): Buffer {
    return execFileSync('sh', ['-c', script, 'sh', ...args], {
      env: { ...ENV, HOME: this.dir },
      input,
      stdio: ['pipe', 'pipe', 'pipe'],
    })
  }

  commit(files: Readonly<Record<string, string>>, message: string): string {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(this.checkout, name), text)
    this.git(this.checkout, 'add', '-A')
    this.git(this.checkout, 'commit', '-q', '-m', message)
    return this.git(this.checkout, 'rev-parse', 'HEAD')
  }

  show(oid: string, file: string): string {
    return this.git(this.mirror, 'show', `${oid}:${file}`)
  }

  remove(): void {
    rmSync(this.dir, { recursive: true, force: true })
  }
}
