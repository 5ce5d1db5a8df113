#!/usr/bin/env bash
# The product on this machine: installs what is missing, builds, starts the eleven windows with demo agents and the
# 15-task graph, and shows how to look at it. With a terminal it attaches; -d leaves you where you are.
# DEMO_SPEED=10 before the command: the demo agents work ten times as fast.
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/ensure-tools.sh
[ -d node_modules/esbuild ] || { echo 'installing packages'; npm ci --no-audit --no-fund --loglevel=error; }
[ dist/orchestra.cjs -nt package.json ] && [ -z "$(find lib -newer dist/orchestra.cjs -name '*.ts' -print -quit)" ] || { echo 'building'; npm run --silent build; }

echo 'starting layouts/local.yaml: 11 windows, 15 demo agents, 15 tasks (about 75 seconds)'
exec node dist/orchestra.cjs up layouts/local.yaml --run "$@"
