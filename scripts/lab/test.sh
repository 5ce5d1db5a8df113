#!/bin/sh
# The real agent CLIs: installs the pinned versions and runs spec/agents against them, without a network.
set -eu
cd "$(dirname "$0")/../.."
command -v tmux > /dev/null || { echo 'lab: tmux is not there; the real agents are not tested' >&2; exit 0; }
ORCHESTRA_LAB=$(sh scripts/lab/install.sh "$@") || echo 'lab: not all agents could be installed; those are skipped' >&2
export ORCHESTRA_LAB
exec sh scripts/lab/sandbox.sh npx mocha --timeout 180000 'spec/agents/**/*.spec.ts'
