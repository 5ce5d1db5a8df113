import { GIT_REFUSED } from './refused.js'

/**
 * Shell functions for repositories of ours: mirrors and their worktrees. Nothing that a repository names is run: no hook, no
 * fsmonitor, no prompt, no editor, no signing. A worktree is always asked by the directory that administers it in our mirror,
 * never by the `.git` in it, which whoever works there may replace.
 *
 * Each script is one step: cut off anywhere, it does the rest when it is run again.
 */
export const GIT_PRELUDE = `
unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE GIT_OBJECT_DIRECTORY GIT_COMMON_DIR GIT_CONFIG_PARAMETERS GIT_CONFIG_COUNT GIT_NAMESPACE
export GIT_TERMINAL_PROMPT=0 GIT_LFS_SKIP_SMUDGE=1 GIT_EDITOR=: GIT_MERGE_AUTOEDIT=no LC_ALL=C
export GIT_SSH_COMMAND="\${GIT_SSH_COMMAND:-ssh} -o BatchMode=yes"
g() {
  git --no-pager -c core.hooksPath=/dev/null -c core.fsmonitor= -c core.untrackedCache=false -c commit.gpgSign=false \\
    -c gc.auto=0 -c maintenance.auto=false -c core.sparseCheckout=false -c advice.detachedHead=false -c core.logAllRefUpdates=always \\
    -c merge.conflictStyle=merge -c rerere.enabled=false -c user.name=orchestra -c user.email=orchestra@localhost "$@" </dev/null
}
fail() { printf '%s\\n' "$*" >&2; exit ${GIT_REFUSED}; }
at_home() { case $1 in '~') printf %s "$HOME";; '~/'*) printf %s "$HOME/\${1#'~/'}";; *) printf %s "$1";; esac; }
# Of one mirror, for all that writes refs or its list of worktrees. The kernel frees it with the last process that has it;
# without flock it is a link that names its process, and is taken from a process that has gone.
lock() {
  if command -v flock >/dev/null 2>&1; then
    exec 9>"$1/lock" && flock -w 120 9 || fail 'the mirror is busy'
    return
  fi
  lock_me="$$.$(ps -o lstart= -p $$ | tr -c 'A-Za-z0-9' _)"
  lock_n=0
  until ln -s "$lock_me" "$1/lock.link" 2>/dev/null; do
    lock_by=$(readlink "$1/lock.link") || continue
    lock_pid=\${lock_by%%.*}
    if [ "$lock_by" != "$lock_pid.$(ps -o lstart= -p "$lock_pid" | tr -c 'A-Za-z0-9' _)" ] &&
      mv "$1/lock.link" "$1/lock.gone.$$" 2>/dev/null; then
      [ "$(readlink "$1/lock.gone.$$")" = "$lock_by" ] || mv "$1/lock.gone.$$" "$1/lock.link"
      rm -f "$1/lock.gone.$$"; continue
    fi
    lock_n=$((lock_n + 1)); [ "$lock_n" -lt 600 ] || fail 'the mirror is busy'
    sleep 0.2
  done
  trap 'rm -f "$lock_dir/lock.link"' EXIT; lock_dir=$1
}
# Whether files of its index are flagged: git then does not look at them.
flagged() { [ -f "$adm/index" ] && w ls-files -v | grep -q '^[a-zS]'; }
# slot ROOT NAME: sets root, mirror, name, tree, adm.
slot() {
  root=$(cd -P "$(at_home "$1")" 2>/dev/null && pwd) || root=$(at_home "$1")
  mirror=$root/mirror.git name=$2 tree=$root/$2 adm=$root/mirror.git/worktrees/$2
}
# In the worktree, by its administration.
w() { (cd "$tree" && GIT_DIR=$adm GIT_WORK_TREE=$tree g "$@"); }
m() { GIT_DIR=$mirror g "$@"; }
# The repository and the directory of each submodule of the worktree, a line each, whatever stands in its place by now.
modules() {
  [ -d "$adm/modules" ] || return 0
  find "$adm/modules" -type d -name objects | while IFS= read -r mod; do
    mod=\${mod%/objects}
    [ -f "$mod/config" ] && at=$(git config --file "$mod/config" core.worktree) || continue
    at=$(cd -P "$mod" && cd -P "\${at%/*}" 2>/dev/null && pwd)/\${at##*/}
    case $at in "$tree"/*) printf '%s\\n%s\\n' "$mod" "$at";; esac
  done
}
# In the submodule whose repository is $mod and whose directory is $sub.
s() { (cd "$sub" 2>/dev/null || cd "$mod"; GIT_DIR=$mod GIT_WORK_TREE=$sub g "$@"); }
`

/** What a script printed: a record a line, its fields apart by tabs. */
export function recordsOf(output: Buffer): readonly (readonly string[])[] {
  return output
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split('\t'))
}

/** The fields of the first record of that name, its name apart. */
export function recordOf(output: Buffer, name: string): readonly string[] | undefined {
  return recordsOf(output)
    .find(([first]) => first === name)
    ?.slice(1)
}
