/** The token of a connection: fetched when it is first needed, kept in memory alone, fetched again when GitHub refuses it. */
import { execFile } from 'node:child_process'
import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs'
import { fix } from '../core/fixes.js'
import type { TokenSource } from '../core/github/spec.js'
import type { Pace } from './pace.js'

export interface TokenNeeds {
  readonly source: TokenSource | null
  /** Of the shell of the last `up`, secrets included. */
  readonly env: () => Readonly<Record<string, string | undefined>>
  readonly pace: Pick<Pace, 'tokenMs' | 'limitedMs'>
  readonly now: () => number
}

type Found = { readonly token: string } | { readonly problem: string }

export class TokenKeeper {
  readonly #needs: TokenNeeds
  #token: string | null = null
  #problem: string | null = null
  #lookedAt: number | null = null

  constructor(needs: TokenNeeds) {
    this.#needs = needs
  }

  /** Why there is none, for a person; null: there is one, or nobody asked yet. Nothing of the token stands in it. */
  get problem(): string | null {
    return this.#problem
  }

  /** For the scan of what leaves; null: none is known. */
  get known(): string | null {
    return this.#token
  }

  /** null: there is none. After one was rejected, its source is asked again once in a while. */
  readonly get = async (rejected: boolean): Promise<string | null> => {
    const { now, pace } = this.#needs
    const isOld = this.#lookedAt === null || now() - this.#lookedAt >= pace.limitedMs
    if (this.#token !== null && !(rejected && isOld)) return this.#token
    if (this.#token === null && !isOld) return null
    this.#lookedAt = now()
    const found = await this.#look()
    this.#token = 'token' in found ? found.token : null
    this.#problem = 'problem' in found ? found.problem : null
    return this.#token
  }

  async #look(): Promise<Found> {
    const { source, env, pace } = this.#needs
    switch (source?.kind) {
      case undefined:
        return { problem: 'the layout names no token' }
      case 'env':
        return asToken(env()[source.name] ?? '', `the variable ${source.name}`)
      case 'file':
        return readOwn(source.path)
      case 'command':
        return printed(source.argv, env(), pace.tokenMs)
    }
  }
}

function asToken(text: string, whose: string): Found {
  const [first = ''] = text.split('\n', 1)
  const token = first.trim()
  if (token === '') return { problem: `${whose} holds no token` }
  // Anything else would break the header that it travels in.
  return /^[\x21-\x7e]{1,1024}$/.test(token)
    ? { token }
    : { problem: `${whose} holds something that is not a token` }
}

function readOwn(path: string): Found {
  let descriptor: number
  try {
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  } catch {
    return { problem: `the file of the token cannot be opened: ${path}` }
  }
  try {
    const { mode, uid, size } = fstatSync(descriptor)
    if ((mode & constants.S_IFMT) !== constants.S_IFREG || size > 4096)
      return { problem: `the file of the token is not an ordinary small file: ${path}` }
    if (uid !== process.getuid?.() || (mode & 0o077) !== 0)
      return { problem: `others can read the file of the token: \`${fix('token.close', path)}\`` }
    return asToken(readFileSync(descriptor, 'utf8'), `the file ${path}`)
  } finally {
    closeSync(descriptor)
  }
}

function printed(
  [program = '', ...args]: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  timeout: number,
): Promise<Found> {
  return new Promise((resolve) => {
    execFile(program, args, { env, timeout, maxBuffer: 65_536, encoding: 'utf8' }, (error, stdout) => {
      // Its output may hold the token: none of it is repeated.
      if (error !== null) resolve({ problem: `the command ${program} gave no token (${sayEnd(error)})` })
      else resolve(asToken(stdout, `the output of ${program}`))
    }).stdin?.end()
  })
}

function sayEnd({
  code,
  killed,
}: {
  readonly code?: number | string | null
  readonly killed?: boolean
}): string {
  if (killed === true) return 'it took too long'
  return typeof code === 'number' ? `exit ${code}` : (code ?? 'it was ended')
}
