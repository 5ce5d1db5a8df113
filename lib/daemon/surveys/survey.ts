/**
 * What a machine says of itself, in one command a cycle: load, memory, disk, its working copy, and how many agent
 * CLIs run there in all (ours and others: stray ones by the dozen were a real finding).
 */
import { AGENT_PROGRAMS } from '../../core/layout/agent-types.js'
import { bareGitlinks } from '../../core/github/gitlinks.js'
import { fix } from '../../core/fixes.js'
import type { Machine, Noise } from '../../core/layout/model.js'
import type { GitRow, StatusCommitRow } from '../../core/protocol/status.js'
import type { Survey, SurveyProblem } from '../../core/run/rows/machine-facts.js'
import { parseStatusSubject } from '../../core/status-commits/subject.js'
import { safeText } from '../../core/text/safe-text.js'
import type { Shell } from '../../exec/shell.js'
import { SAFE_GIT } from '../machines/safe-git.js'

// Everything with built-ins, /proc and the plainest tools; git may take its time, so it has a limit of its own, and
// agents write in that working copy, so it runs nothing that is named there.
const SCRIPT = `${SAFE_GIT}
repo=$1
case $repo in '~') repo=$HOME;; '~/'*) repo=$HOME/\${repo#'~/'};; esac
if [ -r /proc/loadavg ]; then read -r load _ < /proc/loadavg; else load=$(sysctl -n vm.loadavg 2>/dev/null | tr -d '{}' | awk '{print $1}'); fi
echo "load=$load"
echo "cores=$(getconf _NPROCESSORS_ONLN 2>/dev/null || sysctl -n hw.ncpu 2>/dev/null)"
if [ -r /proc/meminfo ]; then
  while read -r key value _; do case $key in MemTotal:) echo "memtotal=$value";; MemAvailable:) echo "memfree=$value"; break;; esac; done < /proc/meminfo
fi
echo "disk=$(df -Pk "\${repo:-$HOME}" 2>/dev/null | awk 'NR == 2 { print $3, $4 }')"
echo "agents=$(ps -e -o comm= 2>/dev/null | awk '{ n = split($1, p, "/"); if (p[n] ~ /^(${AGENT_PROGRAMS.join('|')})$/) c++ } END { print c + 0 }')"
if [ -n "$repo" ]; then
  if cd "$repo" 2>/dev/null && command -v git >/dev/null; then
    if branch=$(ask_git symbolic-ref --short --quiet HEAD) || branch='(detached)' && ask_git rev-parse --git-dir >/dev/null; then
      echo "branch=$branch"
      echo "ab=$(ask_git rev-list --left-right --count 'HEAD...@{upstream}' | tr '\\t' ' ')"
      echo "dirty=$(count_changes)"
      # The plumbing: \`log\` asks gpg about signatures where the configuration wants it.
      echo "last=$(ask_git rev-list -1 --format='%cI %s' HEAD | sed -n 2p | head -c 200)"
      ask_git rev-list -n 300 --format='%h %cI %s' HEAD | grep -E '^[0-9a-f]+ [^ ]+ \\[[^]]+\\]\\[[^]]+\\] status[(:]' | cut -c 1-300 | head -n 5 | sed 's/^/status=/'
      # As they are committed next: the index, and the .gitmodules in it.
      if cd "$(ask_git rev-parse --show-toplevel)" 2>/dev/null; then
        echo "top=$PWD"
        ask_git -c core.quotePath=true ls-files -s | sed -n 's/^160000 [0-9a-f]* 0\t/gitlink=/p' | head -n 100
        ask_git config --blob :.gitmodules --get-regexp '^submodule\\..*\\.(path|url)$' | sed 's/^/module=/' | head -n 400
      fi
    fi
  else echo "norepo=1"; fi
fi`

export async function survey(shell: Shell, machine: Machine): Promise<Survey> {
  const args = [machine.repo ?? '']
  const output = await shell.must(SCRIPT, { args, timeoutMs: 15_000, maxBytes: 64 * 1024, lane: 'bulk' })
  return parseSurvey(output.toString('utf8'))
}

export function parseSurvey(text: string): Survey {
  const fields = new Map<string, string>()
  const several = { gitlink: [] as string[], module: [] as string[], status: [] as string[] }
  for (const line of text.split('\n')) {
    const at = line.indexOf('=')
    const [key, value] = [line.slice(0, at), line.slice(at + 1)]
    if (key === 'gitlink' || key === 'module' || key === 'status') several[key].push(value)
    else if (at > 0) fields.set(key, value)
  }
  const number = (key: string) =>
    /^\d+(\.\d+)?$/.test(fields.get(key) ?? '') ? Number(fields.get(key)) : null
  const [total, free] = [number('memtotal'), number('memfree')]
  const [used = Number.NaN, left = Number.NaN] = (fields.get('disk') ?? '').split(' ').map(Number)
  return {
    load1: number('load'),
    cores: number('cores'),
    memory: total === null || free === null || total === 0 ? null : 1 - free / total,
    disk: used + left > 0 ? used / (used + left) : null,
    git: gitOf(fields),
    agentProcesses: number('agents'),
    statusCommits: several.status.flatMap(statusCommitOf),
    repoMissing: fields.has('norepo'),
    top: fields.get('top') ?? null,
    bareGitlinks: bareGitlinks(several.gitlink, several.module),
  }
}

function statusCommitOf(line: string): readonly StatusCommitRow[] {
  const [, commit = '', at = '', subject = ''] = /^(\S+) (\S+) (.+)$/.exec(line) ?? []
  const said = parseStatusSubject(subject)
  return said === null ? [] : [{ ...said, commit, at: safeText(at) }]
}

function gitOf(fields: ReadonlyMap<string, string>): GitRow | null {
  const branch = fields.get('branch')
  if (branch === undefined) return null
  const [ahead = 0, behind = 0] = (fields.get('ab') ?? '').split(' ').map((n) => Math.abs(Number(n)) || 0)
  const last = fields.get('last') ?? ''
  return {
    branch: safeText(branch).slice(0, 100),
    dirty: Number(fields.get('dirty') ?? 0) || 0,
    ahead,
    behind,
    last_commit: last === '' ? null : safeText(last).slice(0, 200),
  }
}

const MANY_DIRTY = 100
const MANY_GITLINKS = 5
const DISK_FULL = 0.95
const MANY_STRAYS = 10

/** What a person should know, in plain words; empty when all is well. @param ours agent CLIs that we started there */
export function surveyProblems(s: Survey, machine: Machine, ours: number): SurveyProblem[] {
  const problems: SurveyProblem[] = []
  const found = (text: string, mend: string, noise: Noise | null = null) =>
    problems.push({ noise, text, mend })
  if (s.repoMissing)
    found(`no working copy at ${machine.repo}`, 'clone it there, or mend `repo` in the layout')
  if (s.git !== null && s.git.dirty > MANY_DIRTY)
    found(`${s.git.dirty} uncommitted files`, 'commit or stash them there')
  if (s.git !== null && s.git.ahead > 0 && s.git.behind > 0)
    found(`diverged: ${s.git.ahead} ahead, ${s.git.behind} behind`, 'pull, rebase or push there by hand')
  for (const path of s.bareGitlinks.slice(0, MANY_GITLINKS)) {
    const command = fix('submodule.drop', path)
    found(
      `submodule ${safeText(path)} has no entry in .gitmodules: checkouts with submodules fail, on GitHub Actions too; in ${safeText(s.top ?? '')}: ${command}`,
      `${command}, or give it an entry in .gitmodules`,
    )
  }
  if (s.bareGitlinks.length > MANY_GITLINKS)
    found(
      `${s.bareGitlinks.length - MANY_GITLINKS} more submodules without an entry in .gitmodules`,
      'mend them alike',
    )
  if (s.load1 !== null && s.cores !== null && s.load1 > s.cores * 1.5)
    found(
      `load ${s.load1} on ${s.cores} cores`,
      'look with `top` what runs there; `max_load` in the layout keeps new work off',
      'load',
    )
  if (s.disk !== null && s.disk > DISK_FULL)
    found(`disk ${Math.round(s.disk * 100)} % full`, 'make space there')
  if (s.memory !== null && s.memory > 0.95)
    found(
      `memory ${Math.round(s.memory * 100)} % used`,
      'look with `top` what uses it; `capacity` in the layout limits the agents there',
    )
  const strays = (s.agentProcesses ?? 0) - ours
  if (strays >= MANY_STRAYS)
    found(
      `${strays} agent CLIs run there that orchestra did not start`,
      '`ps` there shows them; end those that nobody needs',
      'foreign_agents',
    )
  return problems
}
