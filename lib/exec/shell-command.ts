/** The text that runs one script in a long-lived `sh`, and the marks that frame its output. Pure. */
import { shellQuote } from '../core/shell-quote.js'

export interface ShellCommand {
  /** Positional parameters `$1`… of the script. */
  readonly args: readonly string[]
  readonly script: string
  /** Bytes for the script's stdin; null: /dev/null. */
  readonly stdin: Buffer | null
}

/** `start` on stdout means: the shell listens now (send stdin); `end`, a number, a newline: the exit status. */
export function frameMarks(nonce: string): { start: string; end: string } {
  return { start: `${nonce}<\n`, end: `${nonce}>` }
}

/**
 * `sh` that cannot be orphaned: when our side of the pipe closes, for whatever reason, the whole process group ends,
 * stuck commands too. `$$` leads the group (sshd and `detached` see to it); where it does not, the kill finds nobody.
 */
export const SHELL_ARGV: readonly string[] = [
  'sh',
  '-c',
  '{ cat; kill -s KILL -- -$$; } 2>/dev/null | { sh; kill -s KILL -- -$$ 2>/dev/null; }',
]

/**
 * A subshell, so that `exit`, `set -e`, a syntax error or `cd` of the script end with it; `eval`, because a syntax error
 * in the text itself would end the long-lived shell. Both streams get the end mark.
 */
export function shellCommandText(command: ShellCommand, nonce: string): string {
  const { start, end } = frameMarks(nonce)
  const set = ['set', '--', ...command.args.map(shellQuote)].join(' ')
  const body = `${set}; eval ${shellQuote(command.script)}`
  const begin = `echo '${start.trimEnd()}'`
  const input = command.stdin?.length ?? 0
  const run = input === 0 ? `${begin}; (${body}) </dev/null` : `(${spool(input, begin)}; ${body})`
  return `${run}; echo '${end}'$?; echo '${end}' >&2\n`
}

/**
 * stdin goes through a file without a name: a script that does not read cannot block us, and one never starts on half
 * of its input. We are told to send only when the file is open; a short or failed copy kills the shell, because the
 * rest of the bytes would be read as commands.
 */
function spool(length: number, begin: string): string {
  return [
    // TMPDIR may name a directory that is not there.
    `t=$(umask 077; for d in "\${TMPDIR:-/tmp}" /tmp /var/tmp "$HOME"; do
      mktemp "$d/.orchestra.XXXXXX" 2>/dev/null && exit; done; exit 1) || exit 254`,
    `exec 3>"$t" 4<"$t" 5<"$t"`,
    `rm -f "$t"`,
    begin,
    `{ head -c ${length} >&3 && [ "$(wc -c <&4)" -eq ${length} ]; } || { kill -s KILL $$; exit 254; }`,
    `exec 0<&5 3>&- 4>&- 5>&-`,
    `unset t`,
  ].join('; ')
}
