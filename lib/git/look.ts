/** Looking at work, and at what stands on the disk. Nothing but notes of our own is written. */
import { GIT_PRELUDE } from './prelude.js'

/**
 * `$1` root, `$2` name, `$3` base, `$4` commit, or nothing for what is in the tree now, uncommitted work included; `$5` `stat`, `patch` or
 * `names`. Prints what git prints.
 */
export const DIFF_WORK = `${GIT_PRELUDE}
slot "$1" "$2"; to=$4
if [ -z "$to" ]; then
  [ -d "$tree" ] && [ -d "$adm" ] || fail "$tree is gone"
  tmp=$adm/orchestra-look
  cp -p "$adm/index" "$tmp" 2>/dev/null || rm -f "$tmp"
  to=$(GIT_INDEX_FILE=$tmp; export GIT_INDEX_FILE; w -c advice.addEmbeddedRepo=false add -A --ignore-errors >/dev/null 2>&1; w write-tree) || fail "cannot look at $tree"
  rm -f "$tmp"
fi
case $5 in stat) how=--stat=80;; names) how=--name-status;; *) how=--binary;; esac
m diff --no-ext-diff --no-textconv --no-color "$how" "$3" "$to"
`

/** `$1` root, `$2` ref of saved work, `$3` target branch; `$4` as `DIFF_WORK`. The difference from where it left the target. */
export const DIFF_SAVED = `${GIT_PRELUDE}
slot "$1" none
oid=$(m rev-parse --verify --quiet "$2^{commit}") || fail "there is no $2"
base=$(m merge-base "$oid" "refs/orchestra/upstream/$3" 2>/dev/null) || base=$(m hash-object -t tree /dev/null)
case $4 in stat) how=--stat=80;; names) how=--name-status;; *) how=--binary;; esac
m diff --no-ext-diff --no-textconv --no-color "$how" "$base" "$oid"
`

/** `$1` root. Prints `root PATH`, `entry PATH LOCK` of git's list, and of the disk `dir NAME`, or `other NAME` of what is no directory. */
export const LIST_TREES = `${GIT_PRELUDE}
slot "$1" none
[ -d "$mirror" ] || exit 0
printf 'root\\t%s\\n' "$root"
m worktree list --porcelain | awk '
  /^worktree / { p = substr($0, 10); l = ""; b = 0 } /^bare/ { b = 1 } /^locked/ { l = substr($0, 8) }
  /^$/ { if (p != "" && !b) print "entry\\t" p "\\t" l; p = "" } END { if (p != "" && !b) print "entry\\t" p "\\t" l }'
for d in "$root"/* "$root"/.gone.*; do
  [ "$d" != "$mirror" ] || continue
  if [ -h "$d" ] || [ -f "$d" ]; then printf 'other\\t%s\\n' "\${d##*/}"; elif [ -d "$d" ]; then printf 'dir\\t%s\\n' "\${d##*/}"; fi
done
`

/** `$1` root; names of directories in it. Prints `size NAME KB`. */
export const MEASURE_TREES = `${GIT_PRELUDE}
slot "$1" none; shift
for d; do [ ! -d "$root/$d" ] || printf 'size\\t%s\\t%s\\n' "$d" "$(du -sk "$root/$d" 2>/dev/null | cut -f 1)"; done
`

/**
 * `$1` root, `$2` name, `$3` what is wrong: `orphan_entry`, `half_removed` or `orphan_dir`, `$4` prefix of refs. What no git list names is saved
 * as a ref and moved aside, never removed. Prints what was done.
 */
export const REPAIR_TREE = `${GIT_PRELUDE}
slot "$1" "$2"; kind=$3 prefix=refs/orchestra/saved/$4
lock "$root"
case $kind in
orphan_entry)
  [ -d "$adm" ] && [ ! -e "$tree" ] || fail 'it is not so any more'
  for oid in $(cut -d ' ' -f 2 "$adm/logs/HEAD" 2>/dev/null | sort -u); do
    m cat-file -e "$oid^{commit}" 2>/dev/null || continue
    [ -z "$(m rev-list -1 "$oid" --not --branches --tags --glob=refs/orchestra)" ] || m update-ref "$prefix/c$(printf %.12s "$oid")" "$oid"
  done
  m worktree unlock "$tree" 2>/dev/null; m worktree remove "$tree" || fail "git still lists $tree"
  printf 'done\\tgit does not list it any more\\n';;
half_removed)
  case $name in .gone.*) ;; *) fail 'it is not so any more';; esac
  rm -rf "$tree"; [ ! -e "$tree" ] || fail 'not all of it can be removed'
  printf 'done\\tremoved: all of it was saved before\\n';;
orphan_dir)
  [ -d "$tree" ] && [ ! -h "$tree" ] && [ ! -d "$adm" ] || fail 'it is not so any more'
  tmp=$root/.index.$$
  made=$(cd "$tree" && GIT_DIR=$mirror GIT_WORK_TREE=$tree GIT_INDEX_FILE=$tmp && export GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE && g add -A -- . ':!.git' >/dev/null 2>&1; g write-tree)
  rm -f "$tmp"
  if [ -n "$made" ]; then
    oid=$(printf 'what stood in %s' "$name" | GIT_DIR=$mirror git -c user.name=orchestra -c user.email=orchestra@localhost commit-tree "$made") && m update-ref "$prefix/$(printf %.12s "$made")" "$oid"
  fi
  mkdir -p "$root/.kept" && mv "$tree" "$root/.kept/$name.$(date +%s)" || fail 'it cannot be moved'
  printf 'done\\tmoved to %s\\n' "$root/.kept"
  [ -z "$oid" ] || printf 'saved\\t%s\\t%s\\t%s\\n' "$prefix/$(printf %.12s "$made")" "$oid" "$(m ls-tree -r --name-only "$made" | wc -l | tr -d ' ')";;
*) fail "nothing is done about $kind";;
esac
`
