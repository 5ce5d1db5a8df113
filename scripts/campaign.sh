#!/usr/bin/env bash
# The fault experiments: `npm run campaign -- --list`, `--only E1,E4`, `--jobs 3`, `--short` (what `npm test` runs, too).
set -euo pipefail
cd "$(dirname "$0")/.."
exec node --import tsx scripts/campaign.ts "$@"
