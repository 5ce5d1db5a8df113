/**
 * The built program: which files each bundle begins with, and exactly which packages it holds. `build.mjs` refuses to write
 * a bundle that holds others, so that a moved or renamed file cannot carry zod into the start of the daemon.
 *
 * An `import()` of a file that another bundle begins with stays outside and loads that bundle when it is needed.
 */

/** What execa brings. */
const EXECA = [
  '@sec-ant/readable-stream',
  '@sindresorhus/merge-streams',
  'cross-spawn',
  'execa',
  'figures',
  'get-stream',
  'human-signals',
  'is-plain-obj',
  'is-stream',
  'is-unicode-supported',
  'isexe',
  'npm-run-path',
  'parse-ms',
  'path-key',
  'pretty-ms',
  'shebang-command',
  'shebang-regex',
  'signal-exit',
  'strip-final-newline',
  'unicorn-magic',
  'which',
  'yoctocolors',
]

/** What pino brings, without the workers that `make-bundle.mjs` leaves out. */
const PINO = [
  '@pinojs/redact',
  'atomic-sleep',
  'on-exit-leak-free',
  'pino',
  'pino-std-serializers',
  'quick-format-unescaped',
  'safe-stable-stringify',
  'sonic-boom',
]

/**
 * `start`: of a bundle that a person waits for. `modules`: exactly those of Node that it loads with itself; whatever else
 * it names must be loaded by its first use, as `LAZY` in `make-bundle.mjs` does. `mostKb`: of its text (1,000 bytes).
 * Both hold the start by what it reads and runs, on any machine; docs/design/lazy-parts.md says what to do about a refusal.
 *
 * `startedBy`: the bundle of `launchers` that runs this one from its compiled form; without one it is loaded as it is.
 * `hotVerbs`: verbs that must answer at once; each keeps the compiled form of just what it runs.
 */
export const BUNDLES = {
  cli: {
    entries: ['lib/cli/main.ts'],
    packages: [],
    start: { mostKb: 175, modules: ['fs', 'os', 'path', 'url', 'util'] },
    startedBy: 'orchestra',
    hotVerbs: [
      'status',
      'up',
      'down',
      'run',
      'send',
      'wait',
      'agents',
      'tasks',
      'machines',
      'events',
      'logs',
    ],
  },
  // Verbs that take their time, and what connects to another machine.
  rare: {
    entries: [
      'lib/cli/parse-with-yargs.ts',
      'lib/cli/daemon/connect-api.ts',
      'lib/cli/daemon/connect-host.ts',
      'lib/cli/begin.ts',
      'lib/cli/dry-run.ts',
      'lib/cli/render/status.ts',
      'lib/cli/watch-status.ts',
      'lib/cli/verbs/can-i.ts',
      'lib/cli/verbs/commit-status.ts',
      'lib/cli/verbs/add.ts',
      'lib/cli/verbs/apply.ts',
      'lib/cli/verbs/ask.ts',
      'lib/cli/verbs/completion.ts',
      'lib/cli/verbs/cordon.ts',
      'lib/cli/verbs/daemon.ts',
      'lib/cli/verbs/describe.ts',
      'lib/cli/verbs/diff.ts',
      'lib/cli/verbs/doctor.ts',
      'lib/cli/verbs/explain.ts',
      'lib/cli/verbs/forecast.ts',
      'lib/cli/verbs/github.ts',
      'lib/cli/verbs/graph.ts',
      'lib/cli/verbs/help.ts',
      'lib/cli/verbs/init.ts',
      'lib/cli/verbs/merge.ts',
      'lib/cli/verbs/open.ts',
      'lib/cli/verbs/plan.ts',
      'lib/cli/verbs/remove.ts',
      'lib/cli/verbs/repo.ts',
      'lib/cli/verbs/report.ts',
      'lib/cli/verbs/retry.ts',
      'lib/cli/verbs/runs.ts',
      'lib/cli/verbs/sessions.ts',
      'lib/cli/verbs/submit.ts',
      'lib/cli/verbs/token.ts',
      'lib/cli/verbs/trees.ts',
      'lib/cli/verbs/uncordon.ts',
      'lib/cli/verbs/use.ts',
      'lib/cli/verbs/validate.ts',
    ],
    packages: [],
  },
  'daemon-main': {
    entries: ['lib/daemon/main.ts'],
    packages: PINO,
    start: {
      mostKb: 1155,
      modules: [
        'assert',
        'diagnostics_channel',
        'events',
        'fs',
        'os',
        'path',
        'perf_hooks',
        'process',
        'string_decoder',
        'timers/promises',
        'tty',
        'url',
        'util',
      ],
    },
    startedBy: 'daemon',
  },
  // What reads that which people write, with the packages that this takes: only where something is read.
  'input-main': {
    entries: [
      'lib/config/edit-agents.ts',
      'lib/config/import-yaml.ts',
      'lib/config/load-layout.ts',
      'lib/config/parse-rules.ts',
      'lib/api/zod.ts',
    ],
    packages: ['yaml', 'zod'],
    startedBy: 'input',
  },
  // The forecast, the reports and what is read for them: of a run or a layout with milestones, after the daemon has started.
  plan: {
    entries: [
      'lib/core/phases/forecast.ts',
      'lib/core/phases/forecast-document.ts',
      'lib/core/phases/worker-rows.ts',
      'lib/core/github/reading-order.ts',
      'lib/core/reports/make-report.ts',
      'lib/core/reports/report-made.ts',
    ],
    packages: [],
  },
  // What `status` prints: with the first one.
  'status-page': { entries: ['lib/core/view/status-lines.ts'], packages: [] },
  // `describe`: all about one thing.
  describe: { entries: ['lib/core/describe/describe.ts'], packages: [] },
  // What a person asks of an agent and waits for.
  asking: { entries: ['lib/daemon/requests/asking/ask-agent.ts'], packages: [] },
  // Asked for when something is wrong.
  doctor: {
    entries: ['lib/daemon/requests/doctor/findings.ts', 'lib/daemon/requests/explain/explain-agent.ts'],
    packages: [],
  },
  // Requests that few sessions ever get.
  seldom: {
    entries: ['lib/daemon/requests/can-i/may.ts', 'lib/daemon/requests/execute/begin-execution.ts'],
    packages: [],
  },
  monitor: { entries: ['lib/tui/main.ts'], packages: [] },
  // `look` and `adopt`, which need no daemon.
  look: { entries: ['lib/cli/verbs/look.ts', 'lib/cli/verbs/adopt.ts'], packages: [] },
  // Adds agents to a layout's file and removes them.
  'edit-layout': { entries: ['lib/daemon/requests/edit-layout/edit-layout.ts'], packages: [] },
  // Streams, and doors beside the socket: only where one is opened, or a client asks for it.
  streams: { entries: ['lib/api/streams/event-streams.ts'], packages: [] },
  tcp: { entries: ['lib/api/transports/tcp.ts'], packages: [] },
  'web-socket': { entries: ['lib/api/transports/web-socket.ts'], packages: ['ws'] },
  // What is done with git on machines: with the first tree, or status commit.
  trees: {
    entries: ['lib/daemon/trees/tree-work.ts', 'lib/daemon/status-commits/commit-status.ts'],
    packages: [],
  },
  // What answers from a store where no daemon runs.
  offline: { entries: ['lib/cli/daemon/offline-client.ts'], packages: [] },
  // GitHub: only where a layout connects a machine.
  github: {
    entries: [
      'lib/daemon/github/connected.ts',
      'lib/daemon/github/findings.ts',
      'lib/daemon/github/take-import.ts',
    ],
    packages: [],
  },
  // With the first branch that lands.
  merges: { entries: ['lib/daemon/merges/merge-work.ts'], packages: [] },
  'run-notifier': { entries: ['lib/daemon/notify/run-notifier.ts'], packages: EXECA },
}
