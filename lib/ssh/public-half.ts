/** Which key a file names: the public half is what an ssh-agent is asked for, whatever else is on the disk. */
import { readFile } from 'node:fs/promises'
import ssh2 from 'ssh2'

/**
 * The public key in SSH's wire form: of the file itself when that is a public key, else of `FILE.pub`, else of an
 * OpenSSH private key, which carries it in clear even when it is encrypted. null: none of them tells.
 */
export async function publicHalf(path: string): Promise<Buffer | null> {
  const own = await textOf(path)
  return publicLine(own) ?? publicLine(await textOf(`${path}.pub`)) ?? ofPrivateKey(own)
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch {
    return ''
  }
}

/** `ssh-ed25519 AAAA… comment`, or RFC 4716. Also types that ssh2 cannot use itself: the agent does. */
function publicLine(text: string): Buffer | null {
  for (const line of text.split('\n')) {
    const [, type, base64 = ''] =
      /^\s*((?:ssh|ecdsa|sk-ssh|sk-ecdsa)-[\w@.-]+)\s+([A-Za-z0-9+/=]+)/.exec(line) ?? []
    if (type === undefined) continue
    const blob = Buffer.from(base64, 'base64')
    if (stringAt(blob, 0)?.toString('latin1') === type) return blob
  }
  const key = text.startsWith('---- BEGIN SSH2 PUBLIC KEY') ? ssh2.utils.parseKey(text) : null
  const first = Array.isArray(key) ? key[0] : key
  return first === null || first === undefined || first instanceof Error
    ? null
    : Buffer.from(first.getPublicSSH())
}

const MAGIC = 'openssh-key-v1\0'

/** PROTOCOL.key of OpenSSH: magic, cipher, kdf, kdf options, a number of keys, and their public halves. */
function ofPrivateKey(text: string): Buffer | null {
  const body = /-----BEGIN OPENSSH PRIVATE KEY-----([\s\S]+?)-----END/.exec(text)?.[1]
  if (body === undefined) return null
  const bytes = Buffer.from(body, 'base64')
  if (bytes.subarray(0, MAGIC.length).toString('latin1') !== MAGIC) return null
  let at = MAGIC.length
  for (let skipped = 0; skipped < 3; skipped++) {
    const field = stringAt(bytes, at)
    if (field === null) return null
    at += 4 + field.length
  }
  return stringAt(bytes, at + 4)
}

function stringAt(bytes: Buffer, at: number): Buffer | null {
  if (at + 4 > bytes.length) return null
  const end = at + 4 + bytes.readUInt32BE(at)
  return end > bytes.length ? null : bytes.subarray(at + 4, end)
}
