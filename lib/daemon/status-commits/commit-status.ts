/**
 * Makes a status commit in a machine's working copy: of what is staged and nothing else. Agents write there, also its `.git`,
 * so the commit is made by git's plumbing, which runs no hook, filter, editor or signing program.
 */
import type { Shell } from '../../exec/shell.js'
import { SAFE_GIT } from '../machines/safe-git.js'

export type StatusCommitOutcome =
  | { readonly kind: 'made'; readonly commit: string }
  /** By a daemon that was killed before it could note it. */
  | { readonly kind: 'already' }
  | { readonly kind: 'nothing_staged' }
  | { readonly kind: 'refused'; readonly reason: string }

export interface StatusCommitOrder {
  readonly repo: string
  readonly branch: string
  readonly allowEmpty: boolean
  readonly subject: string
  /** A line that stands in no other commit. */
  readonly trailer: string
}

const SCRIPT = `${SAFE_GIT}
repo=$1
case $repo in '~') repo=$HOME;; '~/'*) repo=$HOME/\${repo#'~/'};; esac
refuse() { echo "refused=$1"; exit 0; }
cd "$repo" 2>/dev/null && top=$(ask_git rev-parse --show-toplevel) && cd "$top" || refuse "there is no working copy at $1"
branch=$(ask_git symbolic-ref --short --quiet HEAD) || branch='no branch'
[ "$branch" = "$2" ] || refuse "$branch is checked out, not $2"
for state in MERGE_HEAD CHERRY_PICK_HEAD REVERT_HEAD rebase-merge rebase-apply; do
  [ ! -e "$(ask_git rev-parse --git-path "$state")" ] || refuse "a merge, pick or rebase is not finished there"
done
head=$(ask_git rev-parse --verify --quiet HEAD)
if [ -n "$head" ] && [ -n "$(ask_git rev-list -n 1 --fixed-strings --grep="$5" HEAD)" ]; then echo already=1; exit 0; fi
tree=$(staged_tree) || refuse "the index cannot be written as a tree: a conflict, or no space"
before=
[ -z "$head" ] || before=$(ask_git rev-parse 'HEAD^{tree}')
[ -n "$head" ] || before=$(ask_git hash-object -t tree /dev/null)
if [ "$tree" = "$before" ] && [ "$3" != yes ]; then echo nothing=1; exit 0; fi
made=$(ask_git commit-tree "$tree" \${head:+-p "$head"} -m "$4" -m "$5") || refuse "git knows no user.name and user.email there"
ask_git update-ref -m "commit: $4" "refs/heads/$branch" "$made" "\${head:-0000000000000000000000000000000000000000}" ||
  refuse "the branch moved at the same time"
echo "made=$made"`

export async function commitStatus(shell: Shell, order: StatusCommitOrder): Promise<StatusCommitOutcome> {
  const { repo, branch, allowEmpty, subject, trailer } = order
  const output = await shell.must(SCRIPT, {
    args: [repo, branch, allowEmpty ? 'yes' : 'no', subject, trailer],
    timeoutMs: 30_000,
    maxBytes: 4096,
    lane: 'bulk',
  })
  const [, word, value = ''] = /^(made|already|nothing|refused)=(.*)$/m.exec(output.toString('utf8')) ?? []
  switch (word) {
    case 'made':
      return { kind: 'made', commit: value }
    case 'already':
      return { kind: 'already' }
    case 'nothing':
      return { kind: 'nothing_staged' }
    default:
      return { kind: 'refused', reason: value || 'git gave no answer' }
  }
}
