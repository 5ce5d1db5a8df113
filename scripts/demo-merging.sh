#!/bin/sh
# Three demo agents, one repository: three branches land, the fourth is refused. Needs git and the built program:
#   npm run build && sh scripts/demo-merging.sh
# Everything stands in a directory of its own, which is removed at the end (KEEP=1: it stays).
set -e
here=$(cd "$(dirname "$0")/.." && pwd)
dir=$(mktemp -d); export ORCHESTRA_HOME="$dir/orchestra"
orchestra() { node "$here/dist/orchestra.cjs" "$@"; }
show() { printf '\n$ %s\n' "$*"; }
leave() { orchestra down >/dev/null 2>&1 || true; [ -n "$KEEP" ] || rm -rf "$dir"; }
trap leave EXIT
cd "$dir"
git init -q -b main site; cd site
git config user.name demo; git config user.email demo@example.test
# Each page is fine alone; a menu and a banner do not go together.
echo 'test ! -e menu.txt || test ! -e banner.txt || { echo "menu and banner overlap"; exit 1; }' >check.sh
git add -A; git commit -q -m 'A site with a check'
cat >orchestra.yaml <<END
version: 1
session: site
repositories: { site: { machine_paths: { here: $dir/site }, watch: nothing } }
machines: { here: { kind: local } }
trees: { site: { repository: site, size: 5, dir: $dir/trees } }
merges: { site: { pool: site, batch: 4, verify: [sh check.sh] } }
agents: { D: { type: demo, count: 3, tree: site, env: { DEMO_SPEED: '20' } } }
windows: [{ name: Agents, agents: [D] }]
tasks:
  .page: { estimate: 3s, verify: [sh check.sh] }
  header: { extends: .page, title: Header, outputs: [header.txt], priority: 1 }
  menu: { extends: .page, title: Menu, outputs: [menu.txt], priority: 2 }
  footer: { extends: .page, title: Footer, outputs: [footer.txt], priority: 3 }
  banner: { extends: .page, title: Banner, outputs: [banner.txt], priority: 4 }
  land: { title: Land what goes together, type: merge, needs: [header, menu, footer, banner] }
END
show orchestra up -d --run; orchestra up -d --run
show orchestra run --wait; orchestra run --wait || true
show orchestra merge banner; orchestra merge banner || true
show orchestra events; orchestra events -n 200 | grep -E 'on top of|verified|red|landed|not landed' | cut -c 1-110
mirror=$(echo "$dir"/trees/*/mirror.git)
show git log --first-parent refs/orchestra/landed/main
git --git-dir="$mirror" --no-pager log --first-parent --format='%h %s' refs/orchestra/landed/main
show 'git status   # your checkout was never written'
git status --short --branch
