import type { Nonce } from '../../core/ids.js'
import type { Shell } from '../../exec/shell.js'

const LOOK_BACK_BYTES = 512 * 1024
/**
 * A marker that the terminal tore is whole in the log; one that the program tore itself is looked for at its end only.
 * All forms that `markerMatcher` reads, with one character at each side.
 */
const SCRIPT = `for log in "$1.1" "$1"; do
  [ ! -f "$log" ] || LC_ALL=C awk -v n="$2" '
    BEGIN { form = "(^|.)<?<?ORC[=:]" n "[=:][A-Z0-9%]*( *[(]ORC:" n ":[A-Z0-9%]*[)])?>?>?.?" }
    { while (match($0, form)) { print substr($0, RSTART, RLENGTH); $0 = substr($0, RSTART + RLENGTH) } }' "$log"
done | tail -n 200
[ ! -f "$1" ] || tail -c "$3" "$1"`

/** The markers of that attempt in all that is kept of a log, a line each; then the end of the log as it is. */
export function readMarkers(shell: Shell, log: string, nonce: Nonce): Promise<Buffer> {
  return shell.must(SCRIPT, {
    args: [log, nonce, String(LOOK_BACK_BYTES)],
    maxBytes: 2 * LOOK_BACK_BYTES,
    lane: 'bulk',
  })
}
