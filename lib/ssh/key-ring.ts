import { readFile } from 'node:fs/promises'
import ssh2 from 'ssh2'
import type { ParsedKey } from 'ssh2'

/** Asks a person; null: none given. */
export type AskPassphrase = (keyPath: string) => Promise<string | null>

export type KeyFile =
  | { readonly kind: 'key'; readonly path: string; readonly key: ParsedKey }
  | { readonly kind: 'locked'; readonly path: string }
  | { readonly kind: 'absent'; readonly path: string }
  | { readonly kind: 'unusable'; readonly path: string; readonly why: string }

/** Private keys of this process. A passphrase is asked once a key; the opened key is kept in memory, the passphrase is not. */
export class KeyRing {
  readonly #ask: AskPassphrase
  readonly #opened = new Map<string, ParsedKey>()
  readonly #asking = new Map<string, Promise<ParsedKey | null>>()

  constructor(ask: AskPassphrase = () => Promise.resolve(null)) {
    this.#ask = ask
  }

  /** Waits for no person: while one is asked, an agent that came since may have the key. */
  async read(path: string): Promise<KeyFile> {
    const opened = this.#opened.get(path)
    if (opened !== undefined) return { kind: 'key', path, key: opened }
    const text = await readKeyText(path)
    if (typeof text !== 'string')
      return { kind: text.code === 'ENOENT' ? 'absent' : 'unusable', path, why: text.message }
    const key = parse(text)
    if (!(key instanceof Error)) return { kind: 'key', path, key }
    if (/passphrase/i.test(key.message)) return { kind: 'locked', path }
    const isSecurityKey = isSecurityKeyFile(text)
    return {
      kind: 'unusable',
      path,
      why: isSecurityKey
        ? 'security keys (sk-…) need `transport: openssh` on the machine in the layout'
        : key.message,
    }
  }

  /** Asks for the passphrase, unless that was done; null: not given, or wrong (then the next call asks again). */
  unlock(path: string): Promise<ParsedKey | null> {
    const known = this.#opened.get(path)
    if (known !== undefined) return Promise.resolve(known)
    const asked = this.#asking.get(path)
    if (asked !== undefined) return asked
    const asking = this.#open(path)
    this.#asking.set(path, asking)
    void asking.then((key) => {
      this.#asking.delete(path)
      if (key !== null) this.#opened.set(path, key)
    })
    return asking
  }

  async #open(path: string): Promise<ParsedKey | null> {
    try {
      const passphrase = await this.#ask(path)
      const text = await readKeyText(path)
      if (passphrase === null || typeof text !== 'string') return null
      const key = parse(text, passphrase)
      return key instanceof Error ? null : key
    } catch {
      return null
    }
  }
}

async function readKeyText(path: string): Promise<string | NodeJS.ErrnoException> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    return error as NodeJS.ErrnoException
  }
}

function parse(text: string, passphrase?: string): ParsedKey | Error {
  try {
    const parsed = ssh2.utils.parseKey(text, passphrase)
    const key = Array.isArray(parsed) ? parsed[0] : parsed
    if (key === undefined || key instanceof Error) return key ?? new Error('there is no key in it')
    return key.isPrivateKey() ? key : new Error('it is a public key')
  } catch (error) {
    return error as Error
  }
}

function isSecurityKeyFile(text: string): boolean {
  const base64 = text.replace(/-----[^-]+-----/g, '').replace(/\s/g, '')
  return Buffer.from(base64, 'base64').subarray(0, 200).toString('latin1').includes('sk-')
}
