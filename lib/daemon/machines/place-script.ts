/**
 * The host's side of placing files, as text for its `sh`. Agents may write below some of our directories, and put there
 * what they like while we work: nothing is opened in such a place. A file is made in a fresh directory of ours and then
 * renamed; on the way to its place no link is followed; what stands in its place goes aside.
 */

/** Expects `root` (ours, absolute; sandboxes of agents may not write right there) and `token`, which nobody can guess. */
export const PLACE_PRELUDE = `
umask 077
set -C
unset CDPATH
n=0
fail() { printf '%s\\n' "$*" >&2; exit 1; }
[ ! -h "$root" ] || fail "$root is a link"
[ -d "$root" ] || mkdir -p "$root" || exit 1
cd -P "$root" || exit 1
root=$PWD fresh=$PWD/.new.$token
mkdir "$fresh" "$fresh/put" || exit 1
# What an agent put in our way may be large: it is removed later, by a command that nobody waits for.
trap 'cd /; if [ -d "$fresh/away" ]; then rm -rf "$fresh/put"; else rm -rf "$fresh"; fi' EXIT

# Renamed, never opened. A directory without permissions can only be renamed where it stands.
aside() {
  if [ -h "$1" ]; then kind='a link'
  elif [ -d "$1" ]; then kind='a directory'
  elif [ -p "$1" ]; then kind='a FIFO'
  elif [ -S "$1" ]; then kind='a socket'
  elif [ -f "$1" ]; then kind='a file'
  else kind='a device'; fi
  n=$((n + 1))
  mkdir -p "$fresh/away/$n" || exit 1
  mv -f "./$1" "$fresh/away/$n/" 2>/dev/null || mv -f "./$1" "./.aside.$token.$n" || fail "cannot move $PWD/$1 aside"
  printf 'planted %s %s\\n' "\${PWD#"$root"/}/$1" "$kind"
}

# From the root downwards. PWD is what the kernel says: whoever swaps a directory for a link meanwhile is seen.
enter() {
  cd "$root" || exit 1
  for part do
    if [ -h "$part" ] || { [ -e "$part" ] && [ ! -d "$part" ]; }; then aside "$part"; fi
    [ -d "$part" ] || mkdir "./$part" || exit 1
    # Right below the root nobody swaps it.
    if [ "$PWD" = "$root" ] && { [ ! -w "$part" ] || [ ! -x "$part" ]; }; then chmod 700 "./$part"; fi
    want=$PWD/$part
    cd -P "./$part" || exit 1
    [ "$PWD" = "$want" ] || fail "$want is a link"
  done
}

clear_way() {
  for one do
    if [ -h "$one" ] || { [ -e "$one" ] && [ ! -f "$one" ]; }; then aside "$one"; fi
  done
}

drop() {
  for one do
    if [ -d "$one" ] && [ ! -h "$one" ]; then aside "$one"; else rm -f "./$one"; fi
  done
}
`

/** Puts \`$fresh/put/gen.N\`, which is complete, where the launcher reads it; never where it has been read already. */
export const PLACE_GENERATION = `
gen=gen.$generation
if [ -h "$gen" ] || { [ -e "$gen" ] && [ ! -d "$gen" ]; }; then aside "$gen"; fi
if [ ! -d "$gen/started" ]; then
  # Of a try that came to nothing.
  if [ -d "$gen" ]; then mkdir "$fresh/put/old" && mv -f "./$gen" "$fresh/put/old/" || exit 1; fi
  mv "$fresh/put/$gen" ./ || exit 1
fi
`
