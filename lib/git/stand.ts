/**
 * Shell: `stand TIP BRANCH`: TIP in `here`, with those of `landed` that BRANCH holds (in `known`) as further parents. Squashed or rebased
 * they are in TIP as other commits; with these parents nothing of them is merged a second time.
 */
export const STAND = `
stand() {
  here=$1 known=$(m rev-list "$2" --not "$1" | grep -xF "$landed")
  [ -z "$known" ] || here=$(m commit-tree "$1^{tree}" -p "$1" $(printf -- '-p %s ' $known) -m 'what has landed as other commits') || fail 'cannot write a commit'
}
`
