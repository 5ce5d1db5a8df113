#!/usr/bin/env bash
# All tests, from a checkout with nothing installed: types, lint, format, unused code, unit, integration, end to end.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf '\n== %s\n' "$*"; }

scripts/ensure-tools.sh --tests
[ -d node_modules/typescript ] || { say 'npm ci'; npm ci --no-audit --no-fund; }

say 'types, lint, format, unused code'
npm run --silent types
npm run --silent lint
npm run --silent format
npm run --silent unused
say 'unit'
npm run --silent test:unit
say 'integration'
npm run --silent test:integration
say 'end to end'
npm run --silent test:e2e

cat <<'EOF'

Not part of this command:
  npm run test:agents   the real Codex, Claude Code, Gemini CLI and opencode against a model stub (installs about 1.2 GB)
  npm run campaign      the long fault experiments
  npm run bench         the benchmarks
EOF
