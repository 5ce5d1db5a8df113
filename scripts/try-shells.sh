#!/usr/bin/env bash
# Tries `init && up` from shells that set PATH each in its own way (fish, zsh, a venv, nvm, direnv, shims of mise): the
# claude that starts is the one that the shell would start, in the project. Wants fish, zsh, direnv and `npm run build`.
# The claude is a program that only says where it is; everything is private and removed.
P=$(cd "$(dirname "$0")/.." && pwd); R=$(mktemp -d /tmp/shells.XXXX); bad=0
fake() { mkdir -p "$1"; printf '#!/bin/sh\n[ "$1" = --version ] && { echo "1.0 (Claude Code)"; exit 0; }\necho "$0" >"$HOME/started"; pwd >"$HOME/dir"; exec sleep 600\n' >"$1/claude"; chmod +x "$1/claude"; }
one() { # NAME PREPARE COMMAND...: COMMAND runs with the line as its last argument
  n=$1; W=$R/$n; mkdir -p "$W/home" "$W/tmux" "$W/bin" "$W/proj"; chmod 700 "$W/tmux"
  printf '#!/bin/sh\nexec %s %s/dist/orchestra.cjs "$@"\n' "$(command -v node)" "$P" >"$W/bin/orchestra"; chmod +x "$W/bin/orchestra"
  fake "$W/decoy"; export W
  eval "$2"; shift 2
  line="cd $W/proj; command -v claude >$W/home/wanted; orchestra init -o l.yaml >/dev/null; orchestra up l.yaml -d >$W/up.log 2>&1"
  E="env -i PATH=$W/bin:$W/decoy:/usr/bin:/bin HOME=$W/home ORCHESTRA_HOME=$W/state TMUX_TMPDIR=$W/tmux LANG=C.UTF-8 TERM=xterm W=$W"
  timeout 60 $E "$@" "$line" </dev/null >"$W/out" 2>&1
  for i in $(seq 60); do [ -s "$W/home/started" ] && break; sleep 0.25; done
  w=$(cat "$W/home/wanted" 2>/dev/null); g=$(cat "$W/home/started" 2>/dev/null)
  [ -n "$w" ] && [ "$w" = "$g" ] && r=ok || r="NOT ($(tail -2 "$W/up.log" | tr '\n' ' '))"
  echo "$n: shell ${w#$R/}, started ${g#$R/} in $(sed "s,$R/,," "$W/home/dir" 2>/dev/null): $r"; [ "$r" = ok ] || bad=1
  $E sh -c "cd $W/proj; orchestra down" >/dev/null 2>&1
}
one fish 'fake $W/f; mkdir -p $W/home/.config/fish; echo "set -gx PATH $W/f \$PATH" >$W/home/.config/fish/config.fish' fish -c
one zsh 'fake $W/z; echo "path=($W/z \$path)" >$W/home/.zshrc' zsh -ic
one venv 'python3 -m venv --without-pip $W/proj/.venv; fake $W/proj/.venv/bin; echo ". $W/proj/.venv/bin/activate" >$W/home/.bashrc' bash -ic
one nvm 'fake $W/home/.nvm/versions/node/v22/bin; printf "nvm() { export PATH=\$HOME/.nvm/versions/node/\$2/bin:\$PATH; }\nnvm use v22\n" >$W/home/.bashrc' bash -ic
one direnv 'fake $W/proj/tools; printf "PATH_add tools\n" >$W/proj/.envrc; HOME=$W/home direnv allow $W/proj' direnv exec "$R/direnv/proj" bash -c
one mise-shims 'fake $W/home/.local/share/mise/shims; echo "export PATH=\$HOME/.local/share/mise/shims:\$PATH" >$W/home/.bashrc' bash -ic
rm -rf "$R"
exit $bad
