#!/bin/sh
# Installs the pinned agent CLIs into a cache outside the repository. With names: only those. Says what it could not get.
set -eu
lab=${ORCHESTRA_LAB:-${XDG_CACHE_HOME:-$HOME/.cache}/orchestra-lab}
mkdir -p "$lab"

install() { # directory, package@version
  mark="$lab/$1/.installed"
  [ -f "$mark" ] && [ "$(cat "$mark")" = "$2" ] && return 0
  rm -rf "${lab:?}/$1"
  mkdir -p "$lab/$1"
  if npm install --prefix "$lab/$1" --no-audit --no-fund --loglevel=error "$2" > "$lab/$1/install.log" 2>&1; then
    printf '%s' "$2" > "$mark"
  else
    printf 'lab: could not install %s:\n' "$2" >&2
    tail -5 "$lab/$1/install.log" >&2
    return 1
  fi
}

# An exact version: on Node 20 a plain install silently picks an older Claude Code.
for name in "${@:-all}"; do
  case $name in codex | all) install codex @openai/codex@0.169.0 ;; esac
  case $name in claude | all) install claude @anthropic-ai/claude-code@2.1.329 ;; esac
  case $name in claude-old | all-versions) install claude-old @anthropic-ai/claude-code@2.1.197 ;; esac
  case $name in gemini | all) install gemini @google/gemini-cli@0.61.0 ;; esac
  case $name in opencode | all) install opencode opencode-ai@1.18.33 ;; esac
done
printf '%s\n' "$lab"
