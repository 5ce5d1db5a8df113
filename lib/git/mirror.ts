/** The mirror: a bare repository of ours beside the trees. The person's checkout is read to make it, and never written. */
import { GIT_PRELUDE } from './prelude.js'

/** The directory of a repository's mirror and trees: of that store alone. */
export function rootName(repository: string, storeId: string): string {
  return `${repository}.${storeId.slice(0, 8)}`
}

/**
 * `$1` dir, `$2` name of the root, `$3` our mark, `$4` checkout. Prints `root PATH`. Objects are linked, not copied, where the file
 * system can. Branches of the checkout stay out: an attempt's branch can clash with none of them.
 */
export const MAKE_MIRROR = `${GIT_PRELUDE}
dir=$(at_home "$1"); src=$(at_home "$4"); mark=$3
command -v git >/dev/null 2>&1 || fail 'there is no git on this machine'
mkdir -p "$dir/$2" || fail "cannot make $dir/$2"
root=$(cd -P "$dir/$2" && pwd) || exit 1
chmod 700 "$root"
if [ -e "$root/mark" ]; then
  [ "$(cat "$root/mark")" = "$mark" ] || fail "$root belongs to another store of orchestra"
else
  lock "$root"
  printf '%s\\n' "$mark" >"$root/mark.new" && mv "$root/mark.new" "$root/mark"
fi
if [ ! -e "$root/mirror.git" ]; then
  lock "$root"
  if [ ! -e "$root/mirror.git" ]; then
    rm -rf "$root/mirror.new"
    g -C "$src" rev-parse --git-dir >/dev/null 2>&1 || fail "$src is not a git repository"
    g clone --quiet --bare --local --template= "$src" "$root/mirror.new" || fail "cannot clone $src"
    new=$root/mirror.new
    g --git-dir="$new" for-each-ref --format='delete %(refname)' refs/heads refs/remotes | git --git-dir="$new" update-ref --stdin
    g --git-dir="$new" symbolic-ref HEAD refs/orchestra/none
    g --git-dir="$new" config --remove-section remote.origin 2>/dev/null
    g --git-dir="$new" config core.logAllRefUpdates always
    g --git-dir="$new" config gc.auto 0
    g --git-dir="$new" config gc.pruneExpire never
    g --git-dir="$new" config maintenance.auto false
    mkdir -p "$new/hooks"
    mv "$new" "$root/mirror.git"
  fi
fi
printf 'root\\t%s\\n' "$root"
`

/**
 * `$1` root, `$2` checkout, `$3` branch, `$4` remote or nothing, `$5` how many seconds a fetch may be old, `$6` landed oid or nothing.
 * Prints `base OID FETCHED [why it may be old]` and, where the landed target and the other one have parted, `parted UPSTREAM`.
 */
export const FETCH_BASE = `${GIT_PRELUDE}
slot "$1" none; src=$(at_home "$2") branch=$3 remote=$4 landed=$6
up=refs/orchestra/upstream/$branch
stamp=$mirror/orchestra-fetched.$(printf %s "$branch" | tr / _)
lock "$root"
now=$(date +%s); then=0; [ -f "$stamp" ] && then=$(cat "$stamp")
why=
if ! m rev-parse --verify --quiet "$up" >/dev/null || [ $((now - \${then:-0})) -ge "$5" ]; then
  from=$src
  if [ -n "$remote" ]; then from=$(cd "$src" && g remote get-url "$remote" 2>/dev/null) || from=; fi
  limit=; command -v timeout >/dev/null 2>&1 && limit='timeout 60'
  case $from in ''|/*|*:*) ;; *) from=$src/$from;; esac
  if [ -n "$from" ] && said=$(fetch() { GIT_DIR=$mirror; export GIT_DIR; $limit git -c core.hooksPath=/dev/null -c gc.auto=0 -c maintenance.auto=false -c fetch.writeCommitGraph=false fetch --quiet --no-tags --refmap= "$from" "+refs/heads/$branch:$up" </dev/null 2>&1; }; fetch); then
    printf '%s\\n' "$now" >"$stamp.new" && mv "$stamp.new" "$stamp"; then=$now
  else
    why=\${from:+$(printf %s "$said" | tail -n 1 | cut -c 1-200 | tr '\\t' ' ')}
    [ -n "$why" ] || why="$src has no remote $remote"
    if ! m rev-parse --verify --quiet "$up" >/dev/null; then
      for one in \${remote:+"refs/remotes/$remote/$branch"} "refs/heads/$branch"; do
        m fetch --quiet --no-tags --refmap= "$src" "+$one:$up" >/dev/null 2>&1 && break
      done
    fi
  fi
fi
oid=$(m rev-parse --verify --quiet "$up^{commit}") || fail "there is no branch $branch in $src\${why:+: $why}"
if [ -n "$landed" ]; then
  m cat-file -e "$landed^{commit}" 2>/dev/null || { printf 'absent\\t%s\\n' "$landed"; exit 0; }
  if m merge-base --is-ancestor "$landed" "$oid"; then :
  else
    m merge-base --is-ancestor "$oid" "$landed" || printf 'parted\\t%s\\n' "$oid"
    oid=$landed
  fi
fi
printf 'base\\t%s\\t%s\\t%s\\n' "$oid" "\${then:-0}" "$why"
`

/** `$1` root, `$2` commit; more: commits that the other side has, and which stay out with what they are made of. Prints a bundle of it. */
export const BUNDLE_OUT = `${GIT_PRELUDE}
slot "$1" none; oid=$2; shift 2
ref=refs/orchestra/carry/$oid out=$root/.carry.$$.out
trap 'rm -f "$out"' EXIT
m update-ref "$ref" "$oid" || fail "there is no commit $oid"
not=
for had; do ! m cat-file -e "$had^{commit}" 2>/dev/null || m merge-base --is-ancestor "$oid" "$had" || not="$not ^$had"; done
m bundle create --quiet "$out" "$ref" $not && cat "$out"
`

/** `$1` root, `$2` commit; the bundle comes in by its standard input. Prints `here`, or `lacks` where it needs what is not there. */
export const BUNDLE_IN = `${GIT_PRELUDE}
slot "$1" none
in=$root/.carry.$$
trap 'rm -f "$in"' EXIT
cat >"$in"
lock "$root"
if m fetch --quiet --no-tags --refmap= "$in" "+refs/orchestra/carry/$2:refs/orchestra/carried/$2" >/dev/null 2>&1; then printf 'here\\n'; else printf 'lacks\\n'; fi
`

/** `$1` root; commits. Prints `absent OID` for those that are not there, and `has OID` for targets that are. */
export const ABSENT = `${GIT_PRELUDE}
slot "$1" none; shift
for oid; do m cat-file -e "$oid^{commit}" 2>/dev/null || printf 'absent\\t%s\\n' "$oid"; done
m for-each-ref --format='has	%(objectname)' refs/orchestra/upstream refs/orchestra/landed
`
