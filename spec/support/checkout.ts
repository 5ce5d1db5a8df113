/** A repository that a spec makes, and git in it. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** What git printed, without the space around it. Its author is `p`. */
export function git(at: string, ...args: string[]): string {
  return execFileSync('git', ['-c', 'user.name=p', '-c', 'user.email=p@p', ...args], {
    cwd: at,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  }).trim()
}

/** `at` becomes a checkout of `main` with one commit of these files. */
export function newCheckout(at: string, files: Readonly<Record<string, string>>): void {
  mkdirSync(at)
  git(at, 'init', '--quiet', '-b', 'main')
  for (const [name, text] of Object.entries(files)) writeFileSync(join(at, name), text)
  git(at, 'add', '-A')
  git(at, 'commit', '--quiet', '-m', 'first')
}
