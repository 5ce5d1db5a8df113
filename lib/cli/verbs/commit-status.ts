import { execFile } from 'node:child_process'
import { OrchestraError } from '../../core/errors.js'
import type { StatusLineRequest } from '../../core/protocol/api.js'
import type { Verb, VerbContext } from '../verb.js'
import { flag, need, text } from '../verb-arguments.js'

export const commitStatus: Verb = {
  name: 'commit-status',
  permission: 'run:write',
  describe: 'commit what is staged here as [LAYER][MACHINE] status(PHASE): TEXT',
  positionals: [need('text', 'how things stand')],
  options: {
    phase: text('the phase that it is about'),
    machine: text('whose name it carries (default: the local machine)'),
    'allow-empty': flag('a commit although nothing is staged'),
  },
  example: 'orchestra commit-status --phase p1 "schema reviewed"',
  run: async (c) => {
    const asked: StatusLineRequest = {
      text: c.positionals[0] ?? '',
      phase: c.option('phase') ?? null,
      machine: c.option('machine') ?? null,
    }
    await refuseUnfinished(c)
    const { subject } = await (await c.connect()).post<{ subject: string }>('/v1/commit-status', asked)
    if (!c.flag('allow-empty') && (await isNothingStaged(c))) {
      const reason = 'nothing is staged'
      c.out(
        c.json ? `${JSON.stringify({ commit: null, subject, reason })}\n` : `${reason}: no commit was made\n`,
      )
      return 0
    }
    const empty = c.flag('allow-empty') ? ['--allow-empty'] : []
    const done = await git(c, ['commit', '--quiet', '--cleanup=verbatim', ...empty, '-m', subject])
    if (done.code !== 0) throw new OrchestraError(`git made no commit: ${done.words}`, { kind: 'failed' })
    const commit = (await git(c, ['rev-parse', 'HEAD'])).stdout.trim()
    c.out(
      c.json
        ? `${JSON.stringify({ commit, subject, reason: null })}\n`
        : `${commit.slice(0, 12)} ${subject}\n`,
    )
    return 0
  },
}

/** The commit that ends a merge is not a status commit. */
async function refuseUnfinished(c: VerbContext): Promise<void> {
  const inside = await git(c, ['rev-parse', '--is-inside-work-tree'])
  if (inside.stdout.trim() !== 'true')
    throw new OrchestraError('this is not a working copy of git', { kind: 'usage', details: { cwd: c.cwd } })
  for (const name of ['MERGE_HEAD', 'CHERRY_PICK_HEAD', 'REVERT_HEAD']) {
    const { code } = await git(c, ['rev-parse', '--verify', '--quiet', name])
    if (code === 0)
      throw new OrchestraError('a merge, pick or revert is not finished here', {
        kind: 'refused',
        hint: 'Commit it, or leave it, first.',
      })
  }
}

async function isNothingStaged(c: VerbContext): Promise<boolean> {
  const { code, words } = await git(c, ['diff', '--cached', '--quiet', '--no-ext-diff'])
  if (code === 0 || code === 1) return code === 0
  throw new OrchestraError(`git cannot tell what is staged: ${words}`, { kind: 'failed' })
}

/** The person's own git, with their hooks and their signature: it is a commit of theirs. */
function git(
  c: VerbContext,
  args: readonly string[],
): Promise<{ code: number; stdout: string; words: string }> {
  const env = Object.fromEntries(Object.entries(c.env).filter(([, value]) => value !== undefined))
  return new Promise((resolve, reject) => {
    execFile('git', [...args], { cwd: c.cwd, env, encoding: 'utf8' }, (error, stdout, stderr) => {
      const code = error === null ? 0 : error.code
      if (typeof code !== 'number') {
        reject(new OrchestraError('git cannot be started here', { kind: 'failed', cause: error }))
        return
      }
      resolve({ code, stdout, words: stderr.trim().split('\n').at(-1) ?? '' })
    })
  })
}
