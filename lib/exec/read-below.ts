/**
 * Reads small files below a directory of ours in which others may do as they like while we read: no link is followed,
 * not on the way either, and nothing but a regular file is ever opened, so that no FIFO is waited for.
 */
import { randomBytes } from 'node:crypto'
import { parseFiles, type ReadFile } from './host-files.js'
import type { Shell } from './shell.js'

/** As for placing: others wait for that `sh`. */
const BUSY_MS = 5000

// A name is looked at and then opened: in between it may become another thing. So each file gets a second name, in a
// directory of which nobody knows, and that one is looked at and opened. Where there are no hard links, the first.
const READ = `
umask 077
unset CDPATH
n=$1 m=$2 links= i=0
cd -P "$3" 2>/dev/null || { shift 4; for f do echo "$n absent"; done; exit 0; }
root=$PWD fresh=$PWD/.new.$4
shift 4
look() {
  if [ -h "$1" ]; then why=link
  elif [ ! -e "$1" ]; then why=absent
  elif [ ! -f "$1" ]; then why=not_regular
  elif [ ! -r "$1" ]; then why=unreadable
  else why=file; fi
}
step() {
  if [ -h "$1" ]; then why=link; return; fi
  [ -e "$1" ] || { why=absent; return; }
  [ -d "$1" ] || { why=not_regular; return; }
  want=$PWD/$1
  cd -P "./$1" 2>/dev/null || { why=unreadable; return; }
  [ "$PWD" = "$want" ] || why=link
}
take() {
  [ -d "$fresh" ] || mkdir "$fresh" || return 1
  ln -P "./$1" "$fresh/$i" 2>/dev/null || ln "./$1" "$fresh/$i" 2>/dev/null && { from=$fresh/$i; return 0; }
  if [ -z "$links" ]; then
    : >"$fresh/one"
    if ln "$fresh/one" "$fresh/two" 2>/dev/null; then links=yes; else links=no; fi
  fi
  [ "$links" = no ]
}
for f do
  i=$((i + 1)) why= rest=$f
  cd "$root" || exit 1
  while :; do
    case $rest in */*) ;; *) break ;; esac
    step "\${rest%%/*}"
    [ -z "$why" ] || break
    rest=\${rest#*/}
  done
  from=./$rest
  [ -n "$why" ] || look "$from"
  if [ "$why" = file ]; then
    if take "$rest"; then look "$from"; else look "./$rest"; [ "$why" != file ] || why=unreadable; fi
  fi
  echo "$n $why"
  [ "$why" != file ] || head -c "$m" <"$from"
done
[ ! -d "$fresh" ] || rm -rf "$fresh"`

/** In the order asked. @param names paths relative to `root`, without `.` and `..` */
export async function readBelow(
  shell: Shell,
  root: string,
  names: readonly string[],
  maxBytesEach: number,
): Promise<ReadFile[]> {
  if (names.length === 0) return []
  const mark = randomBytes(16).toString('hex')
  const output = await shell.must(READ, {
    args: [mark, String(maxBytesEach + 1), root, randomBytes(12).toString('hex'), ...names],
    maxBytes: names.length * (maxBytesEach + 64),
    busyMs: BUSY_MS,
    purpose: 'read',
  })
  return parseFiles(output, mark, names.length, maxBytesEach)
}
