import { createHash, randomBytes } from 'node:crypto'
import { checkedId, type Nonce } from '../../core/ids.js'

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567'

export function makeNonce(): Nonce {
  return spell(randomBytes(8))
}

/** The same for the same words: for jobs that a daemon which comes back must find again. */
export function nonceOf(words: string): Nonce {
  return spell(createHash('sha256').update(words).digest().subarray(0, 8))
}

function spell(bytes: Uint8Array): Nonce {
  return checkedId<Nonce>([...bytes].map((byte) => ALPHABET[byte % 32]).join(''))
}
