import { OrchestraError } from '../errors.js'
import { fix } from '../fixes.js'
import { didYouMean } from './did-you-mean.js'

export interface Things<Kind extends string> {
  readonly kinds: readonly Kind[]
  readonly isThere: (kind: Kind, id: string) => boolean
  /** Of all of them, for a name that is not there. */
  readonly names: () => readonly string[]
  /** After `there is no`. */
  readonly called: string
}

/** `asked`: an id, or KIND:ID where things of several kinds are called so. @throws OrchestraError: nothing, or several things are */
export function whichKind<Kind extends string>(
  asked: string,
  { kinds, isThere, names, called }: Things<Kind>,
): { readonly kind: Kind; readonly id: string } {
  const [, named, id = ''] = /^(?:([a-z]+):)?(.*)$/s.exec(asked) ?? []
  const found = kinds.filter((kind) => (named === undefined || named === kind) && isThere(kind, id))
  const [kind] = found
  if (kind === undefined)
    throw new OrchestraError(`there is no ${called} ${asked}${didYouMean(id, names())}`, {
      kind: 'usage',
      hint: `\`${fix('status.look')}\` lists them.`,
    })
  if (found.length === 1) return { kind, id }
  throw new OrchestraError(
    `${id} is ${found.map((one) => `a${one === 'agent' ? 'n' : ''} ${one}`).join(' and ')}`,
    { kind: 'usage', hint: `Say which is meant: ${found.map((one) => `${one}:${id}`).join(' or ')}.` },
  )
}
