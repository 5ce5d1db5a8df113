/** A person's working copy that is dirty, or has parted from its upstream: a look, and one safe step at a time, each asked for. */
import { GIT_PRELUDE } from './prelude.js'

/** Steps that a person may ask for; none of them throws anything away. */
export const REPO_STEPS = ['save', 'fetch', 'forward', 'push'] as const
export type RepoStep = (typeof REPO_STEPS)[number]

const LOOK = `
q() { GIT_OPTIONAL_LOCKS=0 GIT_NO_LAZY_FETCH=1 g "$@" 2>/dev/null; }
look() {
  printf 'top\\t%s\\n' "$(q rev-parse --show-toplevel)"
  printf 'branch\\t%s\\n' "$(q symbolic-ref --short --quiet HEAD || echo '(detached)')"
  printf 'upstream\\t%s\\n' "$(q rev-parse --abbrev-ref --symbolic-full-name '@{upstream}')"
  printf 'apart\\t%s\\n' "$(q rev-list --left-right --count 'HEAD...@{upstream}')"
  q status --porcelain --untracked-files=all --ignore-submodules=dirty | awk '
    { x = substr($0, 1, 1); y = substr($0, 2, 1) }
    $1 == "??" { untracked++; next }
    x == "U" || y == "U" { conflicts++; next }
    { if (x != " ") staged++; if (y != " ") changed++ }
    END { printf "counts\\t%d\\t%d\\t%d\\t%d\\n", staged, changed, untracked, conflicts }'
  q status --porcelain --untracked-files=all --ignore-submodules=dirty | head -n 20 | while IFS= read -r line; do printf 'file\\t%s\\n' "$line"; done
  for state in MERGE_HEAD rebase-merge rebase-apply CHERRY_PICK_HEAD; do
    [ ! -e "$(q rev-parse --git-path "$state")" ] || printf 'unfinished\\t%s\\n' "$state"
  done
  q ls-files --stage | awk '$1 == "160000" { sub(/^[^\\t]*\\t/, ""); print }' | while IFS= read -r at; do
    q config --file .gitmodules --get-regexp '^submodule\\..*\\.path$' | awk '{ print $2 }' | grep -qxF "$at" || printf 'submodule\\t%s\\n' "$at"
  done
  q for-each-ref --count=10 --sort=-creatordate --format='saved	%(refname:short)' refs/heads/orchestra-saved
}
`

/** `$1` the working copy, `$2` a step or nothing, `$3` a name for what is saved. Prints what is to be seen afterwards. */
export const REPO = `${GIT_PRELUDE}${LOOK}
at=$(at_home "$1"); step=$2
cd "$at" 2>/dev/null || fail "there is no $at"
q rev-parse --git-dir >/dev/null || fail "$at is not a git repository"
cd "$(q rev-parse --show-toplevel)" || exit 1
done_() { printf 'done\\t%s\\n' "$*"; }
case $step in
save)
  # Neither the files nor the index are touched: a commit beside them, on a branch of its own.
  tmp=$(mktemp "\${TMPDIR:-/tmp}/orchestra.XXXXXXXX") || exit 1
  trap 'rm -f "$tmp" "$tmp.lock"' EXIT
  index=$(q rev-parse --git-path index)
  if [ -f "$index" ]; then cp -p "$index" "$tmp"; else rm -f "$tmp"; fi
  tree=$(GIT_INDEX_FILE=$tmp; export GIT_INDEX_FILE; g -c advice.addEmbeddedRepo=false add -A --ignore-errors >/dev/null 2>&1; g write-tree) || fail 'it cannot be saved'
  head=$(q rev-parse --verify --quiet HEAD)
  if [ "$tree" = "$(q rev-parse --verify --quiet 'HEAD^{tree}')" ]; then done_ 'nothing to save'; else
    name=orchestra-saved/$3
    oid=$(printf 'what was not committed on %s' "$(q symbolic-ref --short HEAD || echo detached)" | git -c user.name=orchestra -c user.email=orchestra@localhost commit-tree "$tree" \${head:+-p "$head"}) || fail 'it cannot be saved'
    g update-ref "refs/heads/$name" "$oid" '' || fail "there is a branch $name already"
    done_ "saved $(g diff-tree -r --name-only --no-commit-id \${head:-$(g hash-object -t tree /dev/null)} "$tree" | wc -l | tr -d ' ') files as the branch $name; the files stay as they are"
  fi;;
fetch)
  said=$(g fetch --quiet 2>&1) || fail "fetch: $(printf %s "$said" | tail -n 1)"
  done_ fetched;;
forward)
  [ -z "$(q status --porcelain --untracked-files=no)" ] || fail 'it has changes that are not committed: save and commit, or take them away, first'
  said=$(g merge --ff-only '@{upstream}' 2>&1) || fail "not moved: $(printf %s "$said" | tail -n 1)"
  done_ "moved forward to $(q rev-parse --short HEAD)";;
push)
  said=$(g push --quiet 2>&1) || fail "push: $(printf %s "$said" | tail -n 1)"
  done_ pushed;;
'') ;;
*) fail "there is no step $step";;
esac
look
`
