/** Puts a patch onto the working copy where a person stands: all of it or nothing, and nothing is staged or committed. */
import { spawn } from 'node:child_process'
import { OrchestraError } from '../core/errors.js'
import { safeText } from '../core/text/safe-text.js'
import type { VerbContext } from './verb.js'

/** @returns the files that it changed. */
export async function applyPatch(c: VerbContext, patch: string): Promise<readonly string[]> {
  const top = await git(c, c.cwd, ['rev-parse', '--show-toplevel'], '')
  if (top.code !== 0) throw new OrchestraError('this is not a working copy of git', { kind: 'usage' })
  if (patch.trim() === '') return []
  const at = top.stdout.trim()
  const words = ['apply', '--whitespace=nowarn']
  const tried = await git(c, at, [...words, '--check'], patch)
  if (tried.code !== 0) {
    const why = tried.stderr.split('\n').slice(0, 5).map(safeText).join('; ')
    throw new OrchestraError(`it does not fit here, and nothing was changed: ${why}`, { kind: 'failed' })
  }
  const files = await git(c, at, [...words, '--numstat'], patch)
  const done = await git(c, at, words, patch)
  if (done.code !== 0) throw new OrchestraError(`git apply: ${safeText(done.stderr)}`, { kind: 'failed' })
  return files.stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split('\t')[2] ?? '')
}

interface Done {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

function git(c: VerbContext, cwd: string, args: readonly string[], stdin: string): Promise<Done> {
  const env = Object.fromEntries(Object.entries(c.env).filter(([, value]) => value !== undefined))
  return new Promise((resolve, reject) => {
    const child = spawn('git', [...args], { cwd, env, stdio: 'pipe' })
    let [stdout, stderr] = ['', '']
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
    child.stdin.on('error', () => undefined)
    child.stdin.end(stdin)
    child.once('error', (error) =>
      reject(new OrchestraError('git cannot be started here', { kind: 'failed', cause: error })),
    )
    child.once('close', (code) => resolve({ code, stdout, stderr }))
  })
}
