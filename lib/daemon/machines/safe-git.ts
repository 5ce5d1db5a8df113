/**
 * Shell functions that ask git about a working copy in which agents write, also its `.git`. Nothing that its
 * configuration or its attributes name is run: filters, fsmonitor, hooks, external diffs, textconv, pagers, gpg, ssh,
 * credential helpers, transports of a partial clone, whatever a submodule's own configuration names.
 *
 * `ask_git` asks where no file's content is looked at: git runs nothing then but transports, which are forbidden.
 * `count_changes` and `staged_tree` compare contents, for which git runs filters. To list those and switch each off
 * leaves time to add one, so the comparison is made by a repository of our own, with no configuration of others: it
 * borrows the index and the objects, and is removed.
 */
export const SAFE_GIT = `
git_limit=; command -v timeout >/dev/null && git_limit='timeout 5'
unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE GIT_OBJECT_DIRECTORY GIT_COMMON_DIR GIT_CONFIG_PARAMETERS GIT_CONFIG_COUNT
ask_git() {
  GIT_OPTIONAL_LOCKS=0 GIT_NO_LAZY_FETCH=1 GIT_ALLOW_PROTOCOL=none GIT_TERMINAL_PROMPT=0 \\
    $git_limit git --no-pager -c core.fsmonitor= -c core.hooksPath=/dev/null "$@" 2>/dev/null </dev/null
}

# To be called in a subshell: $own is then a repository with the objects of the one here, $top, $dir and $common tell of that one.
own_repository() {
  top=$(ask_git rev-parse --show-toplevel) && dir=$(ask_git rev-parse --absolute-git-dir) &&
    common=$(ask_git rev-parse --git-common-dir) && common=$(cd "$common" && pwd) || exit 1
  head=$(ask_git rev-parse --verify --quiet HEAD)
  mask=$(umask)
  umask 077
  own=$(mktemp -d "\${TMPDIR:-/tmp}/orchestra.XXXXXXXXXXXX") || exit 1
  trap 'rm -rf "$own"' EXIT
  mkdir "$own/objects" "$own/refs" "$own/info" "$own/git"
  printf '%s\\n' "\${head:-ref: refs/heads/none}" >"$own/HEAD"
  {
    if [ "\${#head}" -eq 64 ]; then printf '[extensions]\\n\\tobjectformat = sha256\\n[core]\\n\\trepositoryformatversion = 1\\n'
    else printf '[core]\\n\\trepositoryformatversion = 0\\n'; fi
    printf '\\tbare = false\\n'
    # What decides whether two contents are the same: plain words only.
    ask_git config --get-regexp '^core\\.(filemode|ignorecase|symlinks|autocrlf|eol|checkstat|trustctime|precomposeunicode)$' |
      sed -n 's/^core\\.\\([a-z]*\\) \\([A-Za-z0-9]*\\)$/\\t\\1 = \\2/p'
  } >"$own/config"
  for part in "$dir"/sharedindex.*; do [ ! -f "$part" ] || ln -s "$part" "$own/"; done
  [ ! -e "$dir/index" ] || [ -f "$dir/index" ] || exit 1
}

# ask_own INDEX ARGUMENT...
ask_own() (
  HOME=$own XDG_CONFIG_HOME=$own GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null GIT_DIR=$own GIT_WORK_TREE=$top
  GIT_INDEX_FILE=$1 GIT_OBJECT_DIRECTORY=$common/objects GIT_ATTR_NOSYSTEM=1
  export HOME XDG_CONFIG_HOME GIT_CONFIG_NOSYSTEM GIT_CONFIG_GLOBAL GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE
  export GIT_OBJECT_DIRECTORY GIT_ATTR_NOSYSTEM
  shift
  ask_git "$@"
)

# Prints the tree of what is staged. \`git write-tree\` writes the index, too, and compares contents for that.
staged_tree() (
  own_repository
  [ ! -f "$dir/index" ] || cp "$dir/index" "$own/index" || exit 1
  umask "$mask" # its new objects are for all that read the repository
  cd "$top" && ask_own "$own/index" write-tree
)

count_changes() (
  own_repository
  [ ! -f "$common/info/exclude" ] || $git_limit head -c 65536 "$common/info/exclude" >"$own/info/exclude"
  # The person's own list of what is not to be counted.
  ignore=$(ask_git config --global --path --get core.excludesfile) || ignore=\${XDG_CONFIG_HOME:-$HOME/.config}/git/ignore
  [ ! -f "$ignore" ] || $git_limit head -c 65536 "$ignore" >"$own/git/ignore"
  cd "$top" || exit 1
  changes=$(
    { ask_own "$dir/index" status --porcelain=v2 --untracked-files=normal --ignore-submodules=dirty --no-renames && echo '# end'; } |
      awk '/^# end/ { whole = 1 } !/^#/ { n++ } END { if (whole) print n + 0 }'
  )
  [ -n "$changes" ] && echo "$changes"
)
`
