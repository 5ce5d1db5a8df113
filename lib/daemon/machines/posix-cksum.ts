/** What `cksum` prints for these bytes: the one checksum that every machine's shell tools know. */

const POLYNOMIAL = 0x04c11db7
const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let sum = byte << 24
  for (let bit = 0; bit < 8; bit++) sum = sum & 0x80000000 ? (sum << 1) ^ POLYNOMIAL : sum << 1
  return sum >>> 0
})

export function posixCksum(bytes: Uint8Array): string {
  let sum = 0
  const add = (byte: number) => {
    sum = ((sum << 8) ^ (TABLE[(sum >>> 24) ^ byte] ?? 0)) >>> 0
  }
  for (const byte of bytes) add(byte)
  for (let length = bytes.length; length > 0; length = Math.floor(length / 256)) add(length & 255)
  return `${~sum >>> 0} ${bytes.length}`
}
