/** SHA-256 in pure TypeScript: core may not use Node's, and what is bound to a digest is decided in core. */

/** @returns 64 hex digits; the same as `createHash('sha256').update(text)` of Node for text without lone surrogates. */
export function sha256(text: string): string {
  const { h, k } = constants()
  const state = h.slice()
  const bytes = padded(utf8(text))
  const w = new Uint32Array(64)
  const at = (index: number) => w[index] ?? 0
  for (let block = 0; block < bytes.length; block += 64) {
    for (let i = 0; i < 16; i += 1) {
      const from = block + i * 4
      w[i] = [0, 1, 2, 3].reduce((word, byte) => (word << 8) | (bytes[from + byte] ?? 0), 0)
    }
    for (let i = 16; i < 64; i += 1) {
      const [a, b] = [at(i - 15), at(i - 2)]
      const s0 = turn(a, 7) ^ turn(a, 18) ^ (a >>> 3)
      const s1 = turn(b, 17) ^ turn(b, 19) ^ (b >>> 10)
      w[i] = at(i - 16) + s0 + at(i - 7) + s1
    }
    compress(state, w, k)
  }
  return Array.from(state, (word) => word.toString(16).padStart(8, '0')).join('')
}

function compress(state: Uint32Array, w: Uint32Array, k: Uint32Array): void {
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state
  for (let i = 0; i < 64; i += 1) {
    const s1 = turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)
    const first = (h + s1 + ((e & f) ^ (~e & g)) + (k[i] ?? 0) + (w[i] ?? 0)) | 0
    const s0 = turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)
    const second = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0
    ;[h, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, (first + second) | 0]
  }
  for (const [i, word] of [a, b, c, d, e, f, g, h].entries()) state[i] = (state[i] ?? 0) + word
}

function turn(word: number, by: number): number {
  return (word >>> by) | (word << (32 - by))
}

/** A one bit, zeros, and the length in bits, up to whole blocks of 64 bytes. */
function padded(bytes: readonly number[]): Uint8Array {
  const out = new Uint8Array(Math.ceil((bytes.length + 9) / 64) * 64)
  out.set(bytes)
  out[bytes.length] = 0x80
  let bits = bytes.length * 8
  for (let i = out.length - 1; bits > 0; i -= 1) {
    out[i] = bits % 256
    bits = Math.floor(bits / 256)
  }
  return out
}

function utf8(text: string): number[] {
  const bytes: number[] = []
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0
    if (code < 0x80) bytes.push(code)
    else if (code < 0x800) bytes.push(0xc0 | (code >> 6), 0x80 | (code & 63))
    else if (code < 0x10000) bytes.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63))
    else {
      const [high, middle] = [0xf0 | (code >> 18), 0x80 | ((code >> 12) & 63)]
      bytes.push(high, middle, 0x80 | ((code >> 6) & 63), 0x80 | (code & 63))
    }
  }
  return bytes
}

interface Constants {
  readonly h: Uint32Array
  readonly k: Uint32Array
}

let known: Constants | undefined

/** The first 32 bits of the fractional parts of the square (h) and cube (k) roots of the first primes. */
function constants(): Constants {
  if (known !== undefined) return known
  const primes: number[] = []
  for (let n = 2; primes.length < 64; n += 1) if (primes.every((prime) => n % prime !== 0)) primes.push(n)
  known = {
    h: Uint32Array.from(primes.slice(0, 8), (prime) => fraction(BigInt(prime), 2n)),
    k: Uint32Array.from(primes, (prime) => fraction(BigInt(prime), 3n)),
  }
  return known
}

/** In whole numbers, because a double's root is not exact to the last bit everywhere: ⌊2³² · ⁿ√prime⌋ mod 2³². */
function fraction(prime: bigint, n: bigint): number {
  const wanted = prime << (32n * n)
  let [low, high] = [0n, prime << 32n]
  while (low < high) {
    const middle = (low + high + 1n) / 2n
    if (middle ** n <= wanted) low = middle
    else high = middle - 1n
  }
  return Number(low & 0xffff_ffffn)
}
