/** What an attempt left: on its branch, elsewhere, and in the person's checkout. Nothing is written but notes in our own mirror. */
import { GIT_PRELUDE } from './prelude.js'

/**
 * Shell: `checkout_state DIR`: where its HEAD stands and what is changed there, in lines. Never writes its index, and runs
 * nothing that its configuration names but filters.
 */
const CHECKOUT_STATE = `
q() { (cd "$1" 2>/dev/null && shift && GIT_OPTIONAL_LOCKS=0 GIT_NO_LAZY_FETCH=1 GIT_ALLOW_PROTOCOL=none g "$@" 2>/dev/null); }
checkout_state() {
  printf 'head %s\\n' "$(q "$1" symbolic-ref --quiet HEAD || echo detached)"
  printf 'oid %s\\n' "$(q "$1" rev-parse --verify --quiet HEAD)"
  q "$1" for-each-ref --format='ref %(refname) %(objectname)' refs/heads
  # A file that is changed twice has another time.
  top=$(q "$1" rev-parse --show-toplevel) || return 0
  q "$1" status --porcelain --untracked-files=all --ignore-submodules=dirty --no-renames | head -n 5000 | while IFS= read -r line; do
    file=\${line#???}; file=\${file#'"'}; file=\${file%'"'}
    printf 'file %s %s\\n' "$(cksum <"$top/$file" 2>/dev/null)" "$line"
  done
}
`

/** `$1` root, `$2` name, `$3` checkout, or nothing where it is not looked at. Noted beside the tree's administration. */
export const NOTE_BEFORE = `${GIT_PRELUDE}${CHECKOUT_STATE}
slot "$1" "$2"
m for-each-ref --format='%(refname) %(objectname)' refs/heads >"$adm/orchestra-refs.new" && mv "$adm/orchestra-refs.new" "$adm/orchestra-refs"
wc -l <"$adm/logs/HEAD" 2>/dev/null >"$adm/orchestra-log" || echo 0 >"$adm/orchestra-log"
rm -f "$adm/orchestra-checkout"
if [ -n "$3" ]; then checkout_state "$(at_home "$3")" >"$adm/orchestra-checkout.new" && mv "$adm/orchestra-checkout.new" "$adm/orchestra-checkout"; fi
printf 'done\\n'
`

/**
 * `$1` root, `$2` name, `$3` branch, `$4` base, `$5` checkout or nothing, `$6` `commit` with `$7` as the message: what is not committed is
 * committed on the branch first, if the tree still stands on it.
 * Prints `work HEAD COMMITS FILES UNCOMMITTED`, and `escape TEXT` for each thing that was done elsewhere.
 */
export const INSPECT = `${GIT_PRELUDE}${CHECKOUT_STATE}
slot "$1" "$2"; branch=$3 base=$4 src=$5
[ -d "$tree" ] && [ -d "$adm" ] || fail "$tree is gone"
ref=refs/heads/$branch
on=$(w symbolic-ref --quiet HEAD) || on=
say() { printf 'escape\\t%s\\n' "$(printf %s "$*" | tr '\\n\\t' '  ' | cut -c 1-300)"; }
head=$(m rev-parse --verify --quiet "$ref^{commit}")
if [ -z "$head" ]; then say "its branch $branch is gone"
elif [ -z "$on" ]; then
  at=$(w rev-parse --verify --quiet HEAD)
  n=$(w rev-list --count "$at" --not "$ref" 2>/dev/null)
  say "its HEAD is detached at $(printf %.8s "$at")\${n:+, with $n commits that its branch does not have}"
elif [ "$on" != "$ref" ]; then
  n=$(w rev-list --count HEAD --not "$ref" 2>/dev/null)
  say "it is on \${on#refs/heads/} and not on its branch\${n:+, with $n commits that its branch does not have}"
fi
# Commits of this tree under other names: its own log has them, and no ref had them before.
if [ -f "$adm/orchestra-refs" ]; then
  seen=$(tail -n +"$(($(cat "$adm/orchestra-log" 2>/dev/null || echo 0) + 1))" "$adm/logs/HEAD" 2>/dev/null | cut -d ' ' -f 2 | sort -u)
  m for-each-ref --format='%(refname) %(objectname)' refs/heads | grep -vxFf "$adm/orchestra-refs" | while read -r name oid; do
    [ "$name" != "$ref" ] && [ "$name" != "$on" ] || continue
    printf '%s\\n' "$seen" | grep -qx "$oid" || continue
    [ -n "$head" ] && m merge-base --is-ancestor "$oid" "$head" 2>/dev/null || say "commits are on \${name#refs/heads/}"
  done
fi
if [ -n "$src" ] && [ -f "$adm/orchestra-checkout" ]; then
  src=$(at_home "$src")
  checkout_state "$src" >"$adm/orchestra-checkout.now"
  if ! cmp -s "$adm/orchestra-checkout" "$adm/orchestra-checkout.now"; then
    was=$(sed -n 's/^head //p' "$adm/orchestra-checkout") is=$(sed -n 's/^head //p' "$adm/orchestra-checkout.now")
    [ "$was" = "$is" ] || say "the checkout $src is on \${is#refs/heads/} now, and was on \${was#refs/heads/}"
    moved=$(grep '^ref ' "$adm/orchestra-checkout.now" | grep -vxFf "$adm/orchestra-checkout" | sed 's,^ref refs/heads/,,; s/ .*//' | head -n 5 | tr '\\n' ' ')
    [ -z "$moved" ] || say "branches of the checkout $src have moved: $moved"
    files=$(grep '^file ' "$adm/orchestra-checkout.now" | grep -vxFf "$adm/orchestra-checkout" | sed 's/^file [0-9]* [0-9]* ...//; s/^file  ...//' | head -n 5 | tr '\\n' ' ')
    [ -z "$files" ] || say "files of the checkout $src have changed: $files"
    fewer=$(grep '^file ' "$adm/orchestra-checkout" | grep -vxFf "$adm/orchestra-checkout.now" | sed 's/^file [0-9]* [0-9]* ...//; s/^file  ...//' | head -n 5 | tr '\\n' ' ')
    [ -n "$files" ] || [ -z "$fewer" ] || [ -n "$moved" ] || say "files of the checkout $src have changed: $fewer"
  fi
  rm -f "$adm/orchestra-checkout.now"
fi
dirty=$(w status --porcelain --untracked-files=all --ignore-submodules=none | wc -l | tr -d ' ')
if [ "$6" = commit ] && [ "$dirty" -gt 0 ] && [ "$on" = "$ref" ] && [ ! -f "$adm/MERGE_HEAD" ]; then
  if w add -A >/dev/null 2>&1 && w commit --quiet --no-verify -m "$7" >/dev/null 2>&1; then
    dirty=$(w status --porcelain --untracked-files=all --ignore-submodules=none | wc -l | tr -d ' ')
  fi
fi
head=$(m rev-parse --verify --quiet "$ref^{commit}") || head=$base
printf 'work\\t%s\\t%s\\t%s\\t%s\\n' "$head" "$(m rev-list --count "$base..$head" 2>/dev/null || echo 0)" \\
  "$(m diff --name-only "$base" "$head" 2>/dev/null | wc -l | tr -d ' ')" "$dirty"
`
