/** Slots: worktrees of the mirror, locked from birth with our mark, and given back to nobody without a proof. */
import { GIT_PRELUDE } from './prelude.js'
import { STAND } from './stand.js'

/** Shell: `save_tips PREFIX`: commits that only a tree's own log names get a ref: detached, or of a branch that was moved or removed. */
const SAVE_TIPS = `
save_tips() {
  for oid in $( { cut -d ' ' -f 2 "$adm/logs/HEAD"; m rev-parse --verify --quiet "$(cat "$adm/HEAD" | sed 's/^ref: //')"; } 2>/dev/null | grep -E '^[0-9a-f]{40,64}$' | sort -u); do
    m cat-file -e "$oid^{commit}" 2>/dev/null || continue
    [ -n "$(m rev-list -1 "$oid" --not --branches --tags --glob=refs/orchestra)" ] || continue
    ref=refs/orchestra/saved/$1/c$(printf %.12s "$oid")
    m update-ref "$ref" "$oid" || fail "cannot write $ref"
    printf 'saved\\t%s\\t%s\\t%s\\n' "$ref" "$oid" "$(m diff-tree -r --name-only --no-commit-id "$oid" | wc -l | tr -d ' ')"
  done
}
`

/**
 * `$1` root, `$2` name, `$3` our mark, `$4` commit. Prints `slot PATH made|kept`. What stands in the slot's place and is not ours is
 * left alone: `taken KIND WHY`.
 */
export const ADD_SLOT = `${GIT_PRELUDE}${SAVE_TIPS}
slot "$1" "$2"; mark=$3
lock "$root"
taken() { printf 'taken\\t%s\\t%s\\n' "$1" "$(printf %s "$2" | tr '\\n\\t' '  ')"; exit 0; }
ours() { [ -f "$adm/locked" ] && case $(cat "$adm/locked") in "$mark"|''|'added with --lock'|initializing) return 0;; esac; return 1; }
if [ -d "$adm" ] && [ "$(cat "$adm/gitdir" 2>/dev/null)" = "$tree/.git" ]; then
  ours || taken foreign "$tree is locked by somebody else: $(head -c 200 "$adm/locked" 2>/dev/null)"
  if [ -d "$tree" ] && [ ! -h "$tree" ]; then
    printf %s "$mark" >"$adm/locked"
    # Whoever worked there may have replaced it.
    [ -f "$tree/.git" ] && [ ! -h "$tree/.git" ] && [ "$(cat "$tree/.git")" = "gitdir: $adm" ] || {
      [ ! -e "$tree/.git" ] || mv "$tree/.git" "$tree/.git.replaced.$$"
      printf 'gitdir: %s\\n' "$adm" >"$tree/.git"
    }
    printf 'slot\\t%s\\tkept\\n' "$tree"; exit 0
  fi
  [ ! -e "$tree" ] && [ ! -h "$tree" ] || taken foreign "$tree is not a directory"
  # Somebody removed the directory: what only its log still names gets a ref before the log goes.
  save_tips "lost/$name" >&2
  m worktree unlock "$tree" 2>/dev/null; m worktree remove "$tree"
  [ ! -d "$adm" ] || fail "$adm is still there"
fi
[ ! -h "$tree" ] && { [ ! -e "$tree" ] || [ -d "$tree" ]; } || taken foreign "$tree is not a directory"
[ ! -e "$tree" ] || taken orphan_dir "a directory that git does not list stands at $tree"
m worktree add --quiet --detach --no-checkout --lock "$tree" "$4" >&2 || fail "cannot make $tree"
printf %s "$mark" >"$adm/locked"
printf 'slot\\t%s\\tmade\\n' "$tree"
`

/** Shell: whoever works below `$tree`, a line `PID COMMAND` each. Nothing where the machine cannot say. */
const WHO_WORKS = `
who_works() {
  [ -d /proc/self/cwd ] || { command -v lsof >/dev/null 2>&1 && lsof -a -d cwd -u "$(id -u)" -Fpn 2>/dev/null |
    awk -v t="$tree" '/^p/ { p = substr($0, 2) } /^n/ { n = substr($0, 2); if (n == t || index(n, t "/") == 1) print p }'; return; }
  ls -l /proc/[0-9]*/cwd 2>/dev/null | awk -v t="$tree" '{
    i = index($0, " -> "); if (i == 0) next; at = substr($0, i + 4); sub(/ \\(deleted\\)$/, "", at)
    if (at == t || index(at, t "/") == 1) { n = split(substr($0, 1, i - 1), part, "/"); print part[n - 1] }
  }' | while read -r pid; do printf '%s %s\\n' "$pid" "$(tr '\\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null | cut -c 1-60)"; done
}
`

/**
 * Shell: saves what no branch has, and touches nothing. `save PREFIX WHY` prints `saved REF OID FILES` for each. A repository inside
 * of the tree, which no commit can hold, is printed as `nested PATH`.
 */
const SAVE = `${SAVE_TIPS}
# In each submodule, which has a repository of its own: what its remotes do not have. It goes to our mirror.
save_modules() {
  modules | while IFS= read -r mod && IFS= read -r sub; do
    made= at_head=$(s rev-parse --verify --quiet 'HEAD^{commit}') || continue
    if [ -d "$sub" ] && [ -n "$(s status --porcelain --untracked-files=all --ignore-submodules=all)" ]; then
      index=$adm/orchestra-save-module
      rm -f "$index" "$index.lock"
      made=$(GIT_INDEX_FILE=$index; export GIT_INDEX_FILE; s read-tree "$at_head"; s add -A --ignore-errors >/dev/null 2>&1; s write-tree) || fail "cannot save what is in $sub"
      made=$(s commit-tree "$made" -p "$at_head" -m "$1: \${sub#"$tree/"}") || fail "cannot save what is in $sub"
      rm -f "$index"
    fi
    for oid in $made $(s reflog show --format=%H HEAD 2>/dev/null | sort -u); do
      [ "$oid" = "$made" ] || [ -n "$(s rev-list -1 "$oid" --not --remotes --tags 2>/dev/null)" ] || continue
      # The same work has the same name.
      what=$oid; [ "$oid" != "$made" ] || what=$(s rev-parse "$made^{tree}")
      ref=$prefix/m$(printf %.12s "$what")
      there=$(m rev-parse --verify --quiet "$ref")
      if [ -z "$there" ]; then
        s update-ref refs/orchestra/save "$oid" && m fetch --quiet --no-tags --refmap= "$mod" "+refs/orchestra/save:$ref" >/dev/null 2>&1 || fail "cannot save $oid of $sub"
      else oid=$there; fi
      printf 'saved\\t%s\\t%s\\t%s\\n' "$ref" "$oid" "$(s diff-tree -r --name-only --no-commit-id "$oid^" "$oid" 2>/dev/null | wc -l | tr -d ' ')"
    done
  done
}
save() {
  # Nobody has worked there yet.
  [ -f "$adm/index" ] || [ -f "$adm/orchestra-refs" ] || return 0
  prefix=refs/orchestra/saved/$1
  said=$(w status --porcelain --untracked-files=all --ignore-submodules=none 2>&1) || fail "cannot look at $tree: $(printf %s "$said" | tail -n 1)"
  head=$(w rev-parse --verify --quiet 'HEAD^{commit}')
  save_modules "$2"
  flags=; ! flagged || flags=yes
  if [ -n "$said$flags" ]; then
    tmp=$adm/orchestra-save
    rm -f "$tmp" "$tmp.lock"
    # A file that is flagged as unchanged would be passed over.
    if [ -f "$adm/index" ] && [ -z "$flags" ]; then cp -p "$adm/index" "$tmp"
    elif [ -n "$head" ]; then (GIT_INDEX_FILE=$tmp; export GIT_INDEX_FILE; w read-tree "$head"); fi
    staged=$(w write-tree 2>/dev/null)
    (GIT_INDEX_FILE=$tmp; export GIT_INDEX_FILE; w -c advice.addEmbeddedRepo=false -c core.safecrlf=false add -A --ignore-errors >/dev/null 2>&1
     w ls-files --stage | awk '$1 == "160000"' | cut -f 2) | while IFS= read -r at; do
      w ls-files --stage -- "$at" 2>/dev/null | grep -q '^160000' || printf 'nested\\t%s\\n' "$at"
    done
    made=$(GIT_INDEX_FILE=$tmp; export GIT_INDEX_FILE; w write-tree) || fail "cannot save what is in $tree"
    rm -f "$tmp"
    if [ "$made" != "$(w rev-parse --verify --quiet "\${head:-x}^{tree}")" ]; then
      ref=$prefix/$(printf %.12s "$made")
      old=$(m rev-parse --verify --quiet "$ref^{tree}")
      if [ "$old" != "$made" ]; then
        also=
        # What was staged, where it is neither the one nor the other.
        if [ -n "$staged" ] && [ "$staged" != "$made" ] && [ "$staged" != "$(w rev-parse --verify --quiet "\${head:-x}^{tree}")" ]; then
          also=$(printf 'what was staged' | GIT_DIR=$mirror git -c user.name=orchestra -c user.email=orchestra@localhost commit-tree "$staged" \${head:+-p "$head"})
        fi
        oid=$(printf '%s\\n' "$2" | GIT_DIR=$mirror git -c user.name=orchestra -c user.email=orchestra@localhost commit-tree "$made" \${head:+-p "$head"} \${also:+-p "$also"}) || fail 'cannot write a commit'
        m update-ref "$ref" "$oid" || fail "cannot write $ref"
      fi
      files=$(m diff-tree -r --name-only --no-commit-id "\${head:-$(m hash-object -t tree /dev/null)}" "$made" | wc -l | tr -d ' ')
      printf 'saved\\t%s\\t%s\\t%s\\n' "$ref" "$(m rev-parse "$ref")" "$files"
    fi
  fi
  save_tips "$1"
}
`

/** `$1` root, `$2` name, `$3` prefix of refs, `$4` why, `$5` `inhabited`: it is known who works there. Prints `busy PID COMMAND` and saves nothing while somebody works there. */
export const SAVE_SLOT = `${GIT_PRELUDE}${WHO_WORKS}${SAVE}
slot "$1" "$2"
[ -d "$tree" ] && [ -d "$adm" ] || { printf 'gone\\n'; exit 0; }
busy=; [ "$5" = inhabited ] || busy=$(who_works)
if [ -n "$busy" ]; then printf '%s\\n' "$busy" | while read -r pid what; do printf 'busy\\t%s\\t%s\\n' "$pid" "$what"; done; exit 0; fi
save "$3" "$4"
printf 'done\\n'
`

/**
 * `$1` root, `$2` name, `$3` branch or nothing, `$4` commit, `$5` branches that are in it as other commits (squashed, rebased); more: commits
 * that are merged into it, in order. What is there was saved before. Prints `base OID`, or `conflict OID FILE` for each file. Ignored files stay.
 */
export const CHECK_OUT = `${GIT_PRELUDE}${STAND}
slot "$1" "$2"; branch=$3 oid=$4 landed=$(printf '%s\\n' $5); shift 5
rm -rf "$adm/rebase-merge" "$adm/rebase-apply" "$adm/sequencer"
rm -f "$adm/index.lock" "$adm/HEAD.lock" "$adm/MERGE_HEAD" "$adm/CHERRY_PICK_HEAD" "$adm/REVERT_HEAD" "$adm/BISECT_LOG"
! flagged || rm -f "$adm/index"
if [ -n "$branch" ]; then w checkout --quiet --force --no-track -B "$branch" "$oid" >&2 || fail "cannot check out $branch"
else w checkout --quiet --force --detach "$oid" >&2 || fail "cannot check out $oid"; fi
w clean --quiet -fd >&2 || fail "cannot clean $tree"
# A submodule that this commit does not have; what was in it is saved.
w ls-files --others --directory --exclude-standard | while IFS= read -r at; do
  [ -f "$tree/$at/.git" ] && case $(cat "$tree/$at/.git") in *"/worktrees/$name/modules/"*) rm -rf "$tree/$at";; esac
done
for need; do
  w merge-base --is-ancestor "$need" HEAD 2>/dev/null && continue
  stand "$(w rev-parse HEAD)" "$need"
  [ -z "$known" ] || w update-ref HEAD "$here" || fail 'cannot write a commit'
  if ! w merge --quiet --ff --no-verify --no-edit -m "merge what the task needs" "$need" >/dev/null 2>&1; then
    w diff --name-only --diff-filter=U | while IFS= read -r file; do printf 'conflict\\t%s\\t%s\\n' "$need" "$file"; done
    w merge --abort 2>/dev/null || w reset --quiet --hard HEAD
    exit 0
  fi
done
left=$(w status --porcelain --untracked-files=all | head -n 3)
[ -z "$left" ] || printf 'left\\t%s\\n' "$(printf %s "$left" | tr '\\n\\t' '  ')"
printf 'base\\t%s\\n' "$(w rev-parse HEAD)"
`

/**
 * `$1` root, `$2` name, `$3` checkout, `$4` submodules auto|never, `$5` `list` and the files to copy, or `include`. Prints `copied N` and
 * `key DIGEST` of `setup_key` files, which come after `--`.
 */
export const FILL_SLOT = `${GIT_PRELUDE}
slot "$1" "$2"; src=$(at_home "$3"); sub=$4 how=$5; shift 5
n=0
copy() {
  case /$1/ in */../*|*/.git/*) return;; esac
  [ -f "$src/$1" ] && [ ! -h "$src/$1" ] || return 0
  case $1 in */*) into=$tree/\${1%/*};; *) into=$tree;; esac
  mkdir -p "$into" || return 0
  case $(cd -P "$into" && pwd)/ in "$tree"/*) ;; *) return 0;; esac
  cp -p "$src/$1" "$into/.orchestra-copy" && mv -f "$into/.orchestra-copy" "$tree/$1" && n=$((n + 1))
}
tree=$(cd -P "$tree" && pwd)
if [ "$how" = list ]; then while [ $# -gt 0 ] && [ "$1" != -- ]; do copy "$1"; shift; done
elif [ -f "$src/.worktreeinclude" ]; then
  list=$(cd "$src" && GIT_OPTIONAL_LOCKS=0 g ls-files --others --ignored --exclude-from=.worktreeinclude | GIT_OPTIONAL_LOCKS=0 git check-ignore --stdin 2>/dev/null)
  while IFS= read -r one; do [ -z "$one" ] || copy "$one"; done <<END
$list
END
fi
[ "$1" != -- ] || shift
if [ "$sub" = auto ] && [ -f "$tree/.gitmodules" ]; then
  # Addresses that are relative are meant from where the checkout came from.
  from=$(cd "$src" && g remote get-url origin 2>/dev/null) || from=$(cd "$src" && g remote get-url "$(g remote | head -n 1)" 2>/dev/null) || from=$src
  known() { w config --file .gitmodules --get-regexp '^submodule\\..*\\.path$' | cut -d ' ' -f 2-; }
  known | while IFS= read -r at; do w ls-files --error-unmatch -- "$at" >/dev/null 2>&1 && printf '%s\\0' "$at"; done >"$adm/orchestra-modules"
  # Others write the same configuration.
  (lock "$root"; xargs -0 sh -c 'cd "$1" && GIT_DIR=$2 GIT_WORK_TREE=$1 && export GIT_DIR GIT_WORK_TREE && url=$3 && shift 3 && git -c core.hooksPath=/dev/null -c "remote.origin.url=$url" submodule --quiet init -- "$@"' sh "$tree" "$adm" "$from" <"$adm/orchestra-modules" >/dev/null 2>&1)
  said=$(xargs -0 sh -c 'cd "$1" && GIT_DIR=$2 GIT_WORK_TREE=$1 && export GIT_DIR GIT_WORK_TREE && shift 2 && git -c core.hooksPath=/dev/null -c gc.auto=0 submodule --quiet update --force --recursive --init -- "$@"' sh "$tree" "$adm" <"$adm/orchestra-modules" 2>&1) &&
    modules | while IFS= read -r mod && IFS= read -r sub; do [ ! -d "$sub" ] || s clean --quiet -fd; done || printf 'submodules\\t%s\\n' "$(printf %s "$said" | tail -n 1 | cut -c 1-200 | tr '\\t' ' ')"
fi
printf 'copied\\t%s\\n' "$n"
for one; do
  printf '%s ' "$one"; [ -f "$tree/$one" ] && git hash-object --no-filters "$tree/$one" || echo absent
done | git hash-object --stdin | sed 's/^/key	/'
`

/** `$1` root, `$2` name: remembers which ignored files were there before anybody worked in it. */
export const NOTE_MADE = `${GIT_PRELUDE}
slot "$1" "$2"
w status --porcelain --ignored --untracked-files=normal | sed -n 's/^!! //p' >"$adm/orchestra-made.new" && mv "$adm/orchestra-made.new" "$adm/orchestra-made"
# Files that belong to git in which setup wrote are no work of an attempt.
w status --porcelain --untracked-files=all | head -n 1 | sed 's/^/dirty	/'
`

/**
 * `$1` root, `$2` name, `$3` our mark, `$4` prefix of refs, `$5` `ignored`: the person said that they may go. Removes it only if nobody
 * works there, all of it is saved, nothing is ignored in it but what setup and copy made, and the lock is ours. It is moved
 * aside first and looked at again: what is written while it is looked at keeps it. Prints `removed`, or `kept WHY`, with
 * `ignored` where nothing but ignored files keeps it.
 */
export const REMOVE_SLOT = `${GIT_PRELUDE}${WHO_WORKS}${SAVE}
slot "$1" "$2"; mark=$3 prefix=$4 may=$5
gone=$root/.gone.$name
finish() {
  if [ -d "$adm" ]; then save_tips "$prefix"; m worktree unlock "$tree" 2>/dev/null; m worktree remove "$tree"; fi
  [ ! -d "$adm" ] || { printf 'kept\\tgit still lists it\\n'; exit 0; }
  rm -rf "$gone"
  [ ! -e "$gone" ] || { printf 'kept\\tnot all of it can be removed\\n'; exit 0; }
  printf 'removed\\n'; exit 0
}
look() {
  busy=$(who_works | head -n 1)
  [ -z "$busy" ] || { printf 'kept\\tprocess %s works there\\n' "$busy"; return 1; }
  said=$(save "$prefix" 'what was in the tree when it was removed') || { printf 'kept\\tit could not be saved\\n'; return 1; }
  [ -z "$said" ] || printf '%s\\n' "$said"
  ! printf '%s\\n' "$said" | grep -q '^nested' || { printf 'kept\\ta repository of its own is in it: %s\\n' "$(printf '%s\\n' "$said" | sed -n 's/^nested	//p' | head -n 1)"; return 1; }
  [ "$may" != ignored ] || return 0
  other=$(w status --porcelain --ignored --untracked-files=normal | sed -n 's/^!! //p' | { if [ -f "$adm/orchestra-made" ]; then grep -vxFf "$adm/orchestra-made"; else cat; fi; } | head -n 3 | tr '\\n' ' ')
  [ -z "$other" ] || { printf 'kept\\tignored files that no ref has: %s\\tignored\\n' "$other"; return 1; }
}
lock "$root"
# Cut off after the proof.
[ ! -d "$gone" ] || [ -e "$tree" ] || finish
[ -e "$tree" ] || [ -d "$adm" ] || { printf 'removed\\n'; exit 0; }
[ -d "$adm" ] && [ "$(cat "$adm/gitdir" 2>/dev/null)" = "$tree/.git" ] || { printf 'kept\\tgit does not list it\\n'; exit 0; }
[ "$(cat "$adm/locked" 2>/dev/null)" = "$mark" ] || { printf 'kept\\tit is locked by somebody else\\n'; exit 0; }
[ -d "$tree" ] || finish
look || exit 0
before=$(w status --porcelain --untracked-files=all | cksum)
mv "$tree" "$gone" || { printf 'kept\\tit cannot be moved\\n'; exit 0; }
there=$tree; tree=$gone
if [ -n "$(who_works | head -n 1)" ] || [ "$(w status --porcelain --untracked-files=all | cksum)" != "$before" ]; then
  mv "$gone" "$there" && printf 'kept\\tsomebody began to work there\\n'; exit 0
fi
tree=$there
finish
`

/** Ports. Prints `used PORT` for each on which something listens. */
export const USED_PORTS = `
all=$( { cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | awk '$4 == "0A" { n = split($2, a, ":"); print a[n] }'; } | sort -u)
if [ -z "$all" ]; then netstat -an -p tcp 2>/dev/null | awk '/LISTEN/ { n = split($4, a, "."); print a[n] }' | sort -u >/dev/null; fi
for port; do
  hex=$(printf %04X "$port")
  case "
$all
" in *"
$hex
"*) printf 'used\\t%s\\n' "$port";; esac
done
`
