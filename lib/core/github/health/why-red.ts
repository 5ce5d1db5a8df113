/** Reads the log of a failed job: the lines that say why, and what to do about them where that is known. */
import { fix } from '../../fixes.js'
import { safeText } from '../../text/safe-text.js'

export interface WhyRed {
  /** At most twenty, without times and colours. */
  readonly lines: readonly string[]
  /** In one line. */
  readonly text: string | null
  readonly fix: string | null
}

const MAX_LINES = 20
const MAX_LINE = 300
const TIME = /^\uFEFF?\d{4}-\d\d-\d\dT[\d:.]+Z /
const ERROR = /^##\[error\]/
const WARNING = /^##\[warning\]/
const TELLING =
  /##\[error\]|^(?:fatal|error|npm ERR!|E {3})[: ]|\b(?:Error|Exception|FAILED|AssertionError|panicked)\b/
/** Says no more than that it failed. */
const EMPTY =
  /^(?:##\[error\])?(?:Process completed with exit code \d+\.?|The process '[^']*' failed with exit code \d+)$/
/** So many lines after a message the error that it led to is reported. */
const NEAR = 6

const KNOWN: readonly {
  readonly sign: RegExp
  readonly say: (found: string) => string
  readonly mend: (found: string) => string
}[] = [
  {
    sign: /No url found for submodule path '([^']{1,300})' in \.gitmodules/,
    say: (path) => `submodule ${path}: a gitlink without an entry in .gitmodules`,
    mend: (path) => `${fix('submodule.drop', path)}, or give it an entry in .gitmodules`,
  },
  {
    sign: /(No space left on device)/,
    say: () => 'the runner has no space left',
    mend: () => 'free space in an earlier step, or take a larger runner',
  },
  {
    sign: /(?:Resource not accessible by integration|Permission to (\S{1,200}) denied)/,
    say: () => 'the token of the workflow may not do that',
    mend: () => 'give the job the permission under `permissions:` of the workflow',
  },
  {
    sign: /(?:Authentication failed for|could not read Username for) '([^']{1,200})'/,
    say: (url) => `git may not read ${url}`,
    mend: () => 'give the checkout a token that may read it',
  },
]

export function whyRed(log: string): WhyRed {
  const lines = log.split('\n').map((line) => line.replace(TIME, '').replace(/\r$/, ''))
  const known = firstKnown(lines)
  const telling = lines.filter((line) => TELLING.test(line) && !EMPTY.test(line))
  const shown = (telling.length > 0 ? telling : lines.filter((line) => line.trim() !== '')).slice(-MAX_LINES)
  const clean = shown.map((line) =>
    safeText(line.replace(/^##\[\w+\]/, ''))
      .trim()
      .slice(0, MAX_LINE),
  )
  return {
    lines: clean,
    text: known?.text ?? clean.find((line) => line !== '') ?? null,
    fix: known?.fix ?? null,
  }
}

/** A message counts when an error follows it: a step that cleans up warns in the same words, and did not fail. */
function firstKnown(lines: readonly string[]): { readonly text: string; readonly fix: string } | null {
  for (const [at, line] of lines.entries()) {
    for (const { sign, say, mend } of KNOWN) {
      const match = sign.exec(line)
      if (match === null) continue
      const verdict = lines.slice(at, at + NEAR).find((one) => ERROR.test(one) || WARNING.test(one))
      if (verdict === undefined || WARNING.test(verdict)) continue
      const found = match[1] ?? ''
      return { text: safeText(say(found)), fix: safeText(mend(found)) }
    }
  }
  return null
}
