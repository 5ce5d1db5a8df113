/** `github:`: how machines of kind `github` are read and written. */
import * as z from 'zod'
import {
  DEFAULT_API,
  DEFAULT_LIMITS,
  DEFAULT_POLL,
  DEFAULT_TIER_LABELS,
  GITHUB_MODES,
  POSTED_KINDS,
  type GithubScope,
  type GithubSpec,
  type TokenSource,
} from '../../core/github/spec.js'
import type { MachineId } from '../../core/ids.js'
import type { Report } from '../../core/layout/report.js'
import { TIERS, type Tier } from '../../core/phases/plan-specs.js'
import { localPath } from '../local-path.js'
import { isMap } from '../located.js'
import { group, keys, whole, type Docs, type Key } from './key.js'
import {
  command,
  count,
  duration,
  flag,
  line,
  matching,
  orWord,
  path,
  section,
  texts,
  word,
} from './kinds.js'
import { textsOf } from './read.js'

const api = () =>
  matching(
    /^(https:\/\/[A-Za-z0-9._:[\]-]+|http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?)(\/[A-Za-z0-9._/-]*)?$/,
    'is not an address of the API: write https://HOST/api/v3',
  )

const token = keys(() => ({
  command: command(),
  file: path(),
  env: matching(/^[A-Za-z_][A-Za-z0-9_]*$/, 'is not a name of an environment variable'),
}))
export const TOKEN_DOCS: Docs<typeof token> = {
  command: 'its first line of output is the token: `[gh, auth, token]`',
  file: 'a file that only you can read (0600)',
  env: 'a variable of the shell of the last `up`',
}

const scope = keys(() => ({ milestone: line(), labels: texts(line()), parent: issue() }))
export const SCOPE_DOCS: Docs<typeof scope> = {
  milestone: 'only issues of this milestone',
  labels: 'only issues with all of these labels; each issue that is created gets them',
  parent: 'only parts of this issue; each issue that is created becomes one',
}

const labels = keys(() => ({
  tier: {
    schema: () => z.record(z.string().min(1).max(50), z.enum(TIERS)),
    read: (value: unknown): GithubSpec['tierLabels'] | null =>
      isMap(value)
        ? Object.entries(value).flatMap(([label, name]) => {
            const tier = TIERS.find((one: Tier) => one === name)
            return tier === undefined ? [] : [{ label, tier }]
          })
        : null,
  },
  state: line(40),
}))
export const LABEL_DOCS: Docs<typeof labels> = {
  tier: 'which label means which tier; default `P0`, `P0-Critical`, `P1`, `P2`',
  state: 'what the labels begin with that show the state of a task; default: none are set',
}

const commands = keys(() => ({ from: word('write', 'admin'), only: texts(line(64)) }))
export const COMMAND_DOCS: Docs<typeof commands> = {
  from: 'the permission that a person needs in the repository; default `write`',
  only: 'logins; nobody else commands',
}

const limits = keys(() => ({ writes_per_hour: count(1, 500), issues_per_run: count(1, 5000) }))
export const LIMIT_DOCS: Docs<typeof limits> = {
  writes_per_hour: 'issues, comments and edits together; default 120, at most 500',
  issues_per_run: 'so many issues are created for one run; default 60',
}

const poll = keys(() => ({ active: duration(), idle: duration() }))
export const POLL_DOCS: Docs<typeof poll> = {
  active: 'while a run goes on; default 60s',
  idle: 'else; default 5m',
}

const entry = keys(() => ({
  api: api(),
  token: group(token),
  mode: word(...GITHUB_MODES),
  public: flag(),
  master: orWord('create', issue()),
  scope: group(scope),
  labels: group(labels),
  commands: group(commands),
  post: {
    schema: () => z.union([z.enum(POSTED_KINDS), z.array(z.enum(POSTED_KINDS))]),
    read: (value: unknown) => POSTED_KINDS.filter((kind) => textsOf(value).includes(kind)),
  },
  limits: group(limits),
  poll: group(poll),
}))
export const GITHUB_DOCS: Docs<typeof entry> = {
  api: `default \`${DEFAULT_API}\`; of an Enterprise Server \`https://HOST/api/v3\``,
  token: '`command`, `file` or `env`: where the token comes from',
  mode: '`read` (default): nothing but GET leaves; `mirror`: issues, comments and labels are written, and comments command',
  public: '`true`: writing to a public repository is wanted',
  master: 'the number of the issue that all report to, or `create`',
  scope: 'which issues are meant; without it all',
  labels: 'what labels mean',
  commands: 'who commands by comments',
  post: 'reports that are posted by themselves: `worker` `standup` `synthesis` `weekly` `phase` `urgent`; their times stand in `reports:`',
  limits: 'what may be written',
  poll: 'how often GitHub is asked',
}

export function issue(): Key<number | null> {
  return count(1, 2_000_000_000)
}
/** Of a task: an issue that is there, or `create`. */
export const taskIssue = () => orWord('create', issue())

export const github = () => section<MachineId>(() => entry.schema())

interface Places {
  readonly directory: string
  readonly home: string
}

export function expandGithub(
  entries: readonly (readonly [MachineId, unknown])[],
  places: Places,
  report: Report,
): GithubSpec[] {
  return entries.map(([machine, value]) => {
    const {
      api,
      token: from,
      mode,
      master,
      scope,
      labels,
      commands,
      limits,
      poll,
      ...rest
    } = entry.read(value)
    const given = Object.values(from).filter((one) => one !== null).length
    if (given > 1) report(['github', machine, 'token'], 'the token comes from one of command, file and env')
    return whole<GithubSpec>()({
      ...rest,
      machine,
      api: (api ?? DEFAULT_API).replace(/\/+$/, ''),
      token: tokenOf(from, places),
      mode: mode ?? 'read',
      master,
      scope: whole<GithubScope>()({ ...scope, labels: scope.labels ?? [] }),
      tierLabels: labels.tier ?? DEFAULT_TIER_LABELS,
      stateLabel: labels.state,
      commands: { from: commands.from ?? 'write', only: commands.only ?? [] },
      limits: {
        writesPerHour: limits.writes_per_hour ?? DEFAULT_LIMITS.writesPerHour,
        issuesPerRun: limits.issues_per_run ?? DEFAULT_LIMITS.issuesPerRun,
      },
      poll: { activeMs: poll.active ?? DEFAULT_POLL.activeMs, idleMs: poll.idle ?? DEFAULT_POLL.idleMs },
    })
  })
}

function tokenOf({ command, file, env }: ReturnType<typeof token.read>, places: Places): TokenSource | null {
  if (command !== null) return { kind: 'command', argv: command }
  if (file !== null) return { kind: 'file', path: localPath(file, places) }
  return env === null ? null : { kind: 'env', name: env }
}
