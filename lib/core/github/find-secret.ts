/** Whether text holds what looks like a secret: such text is not posted at all, because GitHub keeps what was edited away. */
export interface FoundSecret {
  readonly kind: string
  /** Where it begins. */
  readonly at: number
}

/** Begin with words that stand in no ordinary text: also looked for across line breaks. */
const MARKED: readonly (readonly [string, RegExp])[] = [
  ['a GitHub token', /(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,})/],
  ['an Anthropic key', /sk-ant-[A-Za-z0-9_-]{16,}/],
  ['an OpenAI key', /sk-(?:proj|svcacct|admin|None)-[A-Za-z0-9_-]{16,}/],
  ['an AWS key', /(?:AKIA|ASIA)[0-9A-Z]{16}/],
  ['a Google key', /AIza[0-9A-Za-z_-]{30,}|ya29\.[0-9A-Za-z_-]{20,}/],
  ['a Slack token', /xox[abeoprs]-[A-Za-z0-9-]{10,}|xapp-\d-[A-Za-z0-9-]{10,}/],
  ['a GitLab token', /glpat-[A-Za-z0-9_-]{16,}/],
  ['an npm token', /npm_[A-Za-z0-9]{30,}/],
  ['a Stripe key', /[sr]k_(?:live|test)_[A-Za-z0-9]{16,}/],
  ['a Hugging Face token', /hf_[A-Za-z0-9]{30,}/],
  ['a token of orchestra', /orca?~[a-z]+~[^\s~]+~[^\s~]+~[A-Za-z0-9_-]{20,}/],
  ['a JSON web token', /eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}/],
  ['a private key', /-----BEGIN [A-Z ]*PRIVATE KEY-----/],
]

/** Look like it only where they stand as they are. */
const PLAIN: readonly (readonly [string, RegExp])[] = [
  ['a key', /(?<![A-Za-z0-9_-])sk-(?=[A-Za-z0-9]*\d)(?=[A-Za-z0-9]*[A-Za-z])[A-Za-z0-9]{32,}/],
  ['an address with a password', /[a-z][a-z0-9+.-]*:\/\/[^\s/:@]{1,100}:[^\s/@]{3,200}@/i],
  [
    'a value of a secret',
    /(?:password|passwd|passphrase|secret|api_?key|access_?key|auth_?token)["']?\s*[:=]\s*["']?(?=[^\s"']*\d)[^\s"']{12,}/i,
  ],
]

/** @param known secrets that the daemon has: found wherever they stand. */
export function findSecret(text: string, known: readonly string[] = []): FoundSecret | null {
  // What a terminal wrapped, or somebody cut over lines.
  const joined = text.replace(/[ \t]*\r?\n[ \t>|]*/g, '')
  for (const secret of known) {
    if (secret.length < 8) continue
    const at = text.indexOf(secret)
    if (at >= 0 || joined.includes(secret)) return { kind: 'a secret of this orchestra', at: Math.max(at, 0) }
  }
  for (const [kind, pattern] of MARKED) {
    const found = pattern.exec(text) ?? pattern.exec(joined)
    if (found !== null) return { kind, at: found.index }
  }
  for (const [kind, pattern] of PLAIN) {
    const found = pattern.exec(text)
    if (found !== null) return { kind, at: found.index }
  }
  return null
}
