/** Landing: branches put on top of each other in the mirror, and the target moved by a compare-and-swap. No working tree is used. */
import { GIT_PRELUDE } from './prelude.js'
import { STAND } from './stand.js'

/**
 * Shell: `combine OURS THEIRS`: the tree of both in `made`, or the files that conflict in `files` and 1. `git merge-tree` wants git 2.38;
 * before, an index of its own and an empty directory do.
 */
const COMBINE = `${STAND}
has_merge_tree() { [ -z "$old_git" ] && m merge-tree --write-tree "$1" "$1" >/dev/null 2>&1; }
combine() {
  made= files=
  if [ "$with_merge_tree" = yes ]; then
    said=$(m merge-tree --write-tree --name-only --no-messages "$1" "$2" 2>&1); code=$?
    case $code in
      0) made=$said; return 0;;
      1) files=$(printf '%s\\n' "$said" | sed -n '2,$p' | sed '/^$/,$d'); return 1;;
      *) fail "cannot merge $2: $(printf %s "$said" | tail -n 1)";;
    esac
  fi
  both=$(m merge-base "$1" "$2") || both=$(m hash-object -t tree -w /dev/null)
  tmp=$root/.merging.$$; rm -rf "$tmp"; mkdir -p "$tmp/tree"
  made=$(cd "$tmp/tree" && GIT_DIR=$mirror GIT_WORK_TREE=$tmp/tree GIT_INDEX_FILE=$tmp/index; export GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE
    g read-tree -i -m --aggressive "$both" "$1" "$2" >/dev/null && { g merge-index -o -q git-merge-one-file -a >/dev/null 2>&1; [ -z "$(g ls-files -u)" ] && g write-tree; })
  if [ -z "$made" ]; then
    files=$(GIT_DIR=$mirror GIT_INDEX_FILE=$tmp/index; export GIT_DIR GIT_INDEX_FILE; g ls-files -u | cut -f 2 | sort -u)
    rm -rf "$tmp"; [ -n "$files" ] || fail "cannot merge $2"
    return 1
  fi
  rm -rf "$tmp"
}
# replay TIP BRANCH: its commits one by one, the last in commit.
replay() {
  commit=$1
  for one in $(m rev-list --reverse --topo-order --no-merges "$2" --not "$1" $known); do
    parent=$(m rev-parse --verify --quiet "$one^") || return 1
    # On top of what it was made on: the merge base is its own parent then.
    here=$(m commit-tree "$commit^{tree}" -p "$parent" -m x) && combine "$here" "$one" || return 1
    [ "$made" != "$(m rev-parse "$commit^{tree}")" ] || continue
    commit=$(GIT_AUTHOR_NAME=$(m log -1 --format=%an "$one") GIT_AUTHOR_EMAIL=$(m log -1 --format=%ae "$one") GIT_AUTHOR_DATE=$(m log -1 --format=%aI "$one")
      export GIT_AUTHOR_NAME GIT_AUTHOR_EMAIL GIT_AUTHOR_DATE; m commit-tree "$made" -p "$commit" -m "$(m log -1 --format=%B "$one")") || fail 'cannot write a commit'
  done
}
# put TIP BRANCH HOW MESSAGE: the commit in commit. Its files are those of a merge, whatever HOW is: what cannot be replayed to them
# (a branch that holds merges) is one commit.
put() {
  if m merge-base --is-ancestor "$2" "$1"; then commit=$1; return 0; fi
  stand "$1" "$2"
  combine "$here" "$2" || return 1
  all=$made
  case $3 in
    merge) commit=$(m commit-tree "$all" -p "$1" -p "$2" -m "$4");;
    rebase) replay "$1" "$2" && [ "$(m rev-parse "$commit^{tree}")" = "$all" ] || commit=$(m commit-tree "$all" -p "$1" -m "$4");;
    *) commit=$(m commit-tree "$all" -p "$1" -m "$4");;
  esac
  [ -n "$commit" ] || fail 'cannot write a commit'
}
`

/**
 * `$1` root, `$2` name of the queue, `$3` merge|squash|rebase, `$4` target, `$5` `old` to do without merge-tree, `$6` branches that are in
 * the target as other commits; then, for each branch in order, its task (`-`: what others pushed, which is merged whatever `$3` is), its
 * commit and the message. Prints `contained TASK`, `link TASK OID COMMIT`, or `conflict TASK ONTO`, `file TASK FILE` and `against TASK OTHER`.
 */
export const BUILD_BATCH = `${GIT_PRELUDE}${COMBINE}
slot "$1" none; queue=$2 how=$3 base=$4 old_git=$5 before=$(printf '%s\\n' $6); shift 6
with_merge_tree=no; has_merge_tree "$base" && with_merge_tree=yes
tip=$base list= built=
while [ $# -gt 0 ]; do
  task=$1 oid=$2 message=$3; shift 3
  if m merge-base --is-ancestor "$oid" "$base"; then printf 'contained\\t%s\\n' "$task"; continue; fi
  as=$how; [ "$task" != - ] || as=merge
  landed=$before$built
  if put "$tip" "$oid" "$as" "$message"; then
    tip=$commit
    built="$built
$oid"
    printf 'link\\t%s\\t%s\\t%s\\n' "$task" "$oid" "$tip"
    list="$list $task $oid"
    continue
  fi
  found=$files onto=$base landed=$before
  if put "$base" "$oid" merge x; then
    # The first branch that it cannot be merged with; else all of them together.
    onto=$tip other=
    for word in $list; do
      if [ -z "$other" ]; then other=$word; continue; fi
      if ! combine "$word" "$oid"; then printf 'against\\t%s\\t%s\\n' "$task" "$other"; onto=$word; found=$files; break; fi
      other=
    done
  fi
  printf 'conflict\\t%s\\t%s\\n' "$task" "$onto"
  printf '%s\\n' "$found" | while IFS= read -r file; do [ -z "$file" ] || printf 'file\\t%s\\t%s\\n' "$task" "$file"; done
done
m update-ref "refs/orchestra/merging/$queue" "$tip" || fail "cannot write refs/orchestra/merging/$queue"
printf 'tip\\t%s\\n' "$tip"
`

/**
 * `$1` root, `$2` branch, `$3` the target that was built on, `$4` what lands, `$5` what had landed before or nothing, `$6` none|branch, `$7`
 * checkout, `$8` its remote. Prints `landed` or `moved OID`; run again after a crash it finds what was done.
 */
export const LAND = `${GIT_PRELUDE}
slot "$1" none; into=$2 base=$3 to=$4 before=$5 how=$6 src=$(at_home "$7") remote=$8
ref=refs/orchestra/landed/$into up=refs/orchestra/upstream/$into
lock "$root"
now=$(m rev-parse --verify --quiet "$ref")
if [ "$now" = "$to" ]; then printf 'landed\\n'; exit 0; fi
upstream=$(m rev-parse --verify --quiet "$up^{commit}")
contains() { [ -n "$2" ] && m merge-base --is-ancestor "$1" "$2" 2>/dev/null; }
if ! contains "$to" "$upstream"; then
  # What others pushed in the meantime was not in what was verified.
  if [ -n "$upstream" ] && ! contains "$upstream" "$to"; then printf 'moved\\t%s\\n' "$upstream"; exit 0; fi
  if [ "$how" = branch ]; then
    url=$(cd "$src" && g remote get-url --push "$remote" 2>/dev/null) || fail "$src has no remote $remote"
    case $url in /*|*:*) ;; *) url=$src/$url;; esac
    limit=; command -v timeout >/dev/null 2>&1 && limit='timeout 120'
    if ! said=$(GIT_DIR=$mirror; export GIT_DIR; $limit git -c core.hooksPath=/dev/null -c push.followTags=false push --quiet --no-verify --force-with-lease="refs/heads/$into:$upstream" "$url" "$to:refs/heads/$into" </dev/null 2>&1); then
      case $said in *'stale info'*|*'fetch first'*) printf 'moved\\t%s\\n' "$upstream"; exit 0;; esac
      fail "cannot push to $remote: $(printf %s "$said" | grep -v '^hint:' | tail -n 2 | tr '\\n\\t' '  ' | cut -c 1-300)"
    fi
    m update-ref "$up" "$to"
  fi
fi
if ! m update-ref "$ref" "$to" "$before" 2>/dev/null; then
  now=$(m rev-parse --verify --quiet "$ref")
  [ "$now" = "$to" ] || { printf 'moved\\t%s\\n' "$now"; exit 0; }
fi
printf 'landed\\n'
`

/**
 * `$1` root, `$2` checkout, `$3` its remote, `$4` branch, `$5` commit. Prints `pushed ADDRESS`. What others put on top of it there stays.
 */
export const PUSH_BRANCH = `${GIT_PRELUDE}
slot "$1" none; src=$(at_home "$2") remote=$3 branch=$4 oid=$5
url=$(cd "$src" && g remote get-url --push "$remote" 2>/dev/null) || fail "$src has no remote $remote"
case $url in /*|*:*) ;; *) url=$src/$url;; esac
limit=; command -v timeout >/dev/null 2>&1 && limit='timeout 120'
if ! said=$(GIT_DIR=$mirror; export GIT_DIR; $limit git -c core.hooksPath=/dev/null push --quiet --no-verify "$url" "$oid:refs/heads/$branch" </dev/null 2>&1); then
  their=refs/orchestra/theirs/$branch
  m fetch --quiet --no-tags --refmap= "$url" "+refs/heads/$branch:$their" >/dev/null 2>&1 && m merge-base --is-ancestor "$oid" "$their" ||
    fail "cannot push to $remote: $(printf %s "$said" | grep -v '^hint:' | tail -n 2 | tr '\\n\\t' '  ' | cut -c 1-300)"
fi
printf 'pushed\\t%s\\n' "$url"
`

/** `$1` root; then names and commits. Prints `inside NAME OTHER` for each commit that another one holds: the first that holds it. */
export const INSIDE = `${GIT_PRELUDE}
slot "$1" none; shift
while [ $# -gt 0 ]; do
  name=$1 oid=$2; shift 2
  other=
  for word; do
    if [ -z "$other" ]; then other=$word; continue; fi
    if m merge-base --is-ancestor "$oid" "$word"; then printf 'inside\\t%s\\t%s\\n' "$name" "$other"; break; fi
    other=
  done
done
`

/** `$1` root, `$2` ref, `$3` commit: the commit has a name there, so that an agent can merge it. */
export const NAME_COMMIT = `${GIT_PRELUDE}
slot "$1" none
m update-ref "$2" "$3" || fail "cannot write $2"
`
