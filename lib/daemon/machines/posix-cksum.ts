/** What `cksum` prints for these bytes: the one checksum that every machine's shell tools know. */

const POLYNOMIAL = 0x04c11db7
const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let sum = byte << 24
  for (let bit = 0; bit < 8; bit++) sum = sum & 0x80000000 ? (sum << 1) ^ POLYNOMIAL : sum << 1
  return sum >>> 0
})

export function posixCksum(bytes: Uint8Array): string {
  let sum = 0
  // An index, not an iterator: this runs once in a process, before the compiler has optimised it.
  for (let i = 0; i < bytes.length; i++) sum = (sum << 8) ^ (TABLE[(sum >>> 24) ^ (bytes[i] ?? 0)] ?? 0)
  for (let length = bytes.length; length > 0; length = Math.floor(length / 256))
    sum = (sum << 8) ^ (TABLE[(sum >>> 24) ^ (length & 255)] ?? 0)
  return `${~sum >>> 0} ${bytes.length}`
}
