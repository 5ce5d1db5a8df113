/**
 * Faults, each with the specs that show what comes of it: what `npm run campaign` runs. A row either names specs or says
 * why it cannot be run; `missing` says which part of a row nothing shows yet.
 */
export interface Proof {
  /** Below spec/, without `.spec.ts`. */
  readonly file: string
  /** A part of the title (of the describe, a space, of the it); without it the whole file counts. */
  readonly title?: RegExp
}

export interface Experiment {
  readonly id: string
  readonly fault: string
  /** Part of `npm test`, in a short form at least. */
  readonly perCommit?: true
  readonly proofs: readonly Proof[]
  readonly notRunHere?: string
  readonly missing?: string
}

const DELIVER = 'integration/agents/deliver'
const AGENT_SESSION = 'integration/tmux/agent-session'
const OPEN_STORE = 'integration/store/open-store'
const TRUST = 'integration/ssh/trust'
const LINK = 'integration/ssh/ssh-link'
const RECONNECT = 'integration/ssh/reconnect'
const HOSTILE = 'integration/tmux/hostile-pane'
const LOCAL = 'e2e/cluster-local'
const HOSTS = 'e2e/cluster-hosts'
const INPUT = 'e2e/cluster-input'
const PROOF = 'e2e/run-proof'
const FAILURES = 'e2e/run-failures'
const SEND = 'e2e/run-send'
const LAUNCH = 'integration/host/launch'
const ODD_HOSTS = 'campaign/odd-hosts'
const PROTOCOL = 'integration/store/protocol-files'

const at = (file: string, title?: RegExp): Proof => (title === undefined ? { file } : { file, title })

export const EXPERIMENTS: readonly Experiment[] = [
  {
    id: 'E1',
    fault: 'the daemon is killed with -9 at random moments of a run',
    perCommit: true,
    proofs: [at('e2e/run-kill'), at('campaign/run-kill'), at('campaign/kills')],
  },
  {
    id: 'E2',
    fault: 'killed between "it was done" and "it is recorded"',
    proofs: [at('campaign/kill-between'), at(SEND, /killed right after it was queued/)],
    missing: 'no crash points inside the program: the kill follows the trace on the host, seen from outside',
  },
  {
    id: 'E3',
    fault: 'the link is down while an agent ends its work',
    perCommit: true,
    proofs: [
      at(HOSTS, /go on when the link is gone/),
      at('e2e/run-hosts', /waits for one that froze/),
      at('campaign/link-down'),
    ],
  },
  {
    id: 'E4',
    fault: 'the link is cut after the N-th byte of a command: its answer is lost',
    perCommit: true,
    proofs: [
      at('e2e/faults-link'),
      at('campaign/sweeps', /link that is cut/),
      at(RECONNECT, /does not lose the outcome of a command that was cut off/),
    ],
  },
  {
    id: 'E5',
    fault: 'one-way loss',
    proofs: [at(RECONNECT, /behind a cable/)],
  },
  {
    id: 'E6',
    fault: 'the N-th call of a port fails: transport, tmux, store, files',
    perCommit: true,
    proofs: [at('e2e/faults-ports'), at('campaign/nth-call')],
  },
  {
    id: 'E7',
    fault: 'random faults in virtual time, 200 seeds (`npm run simulate`: 1,000)',
    perCommit: true,
    proofs: [at('unit/simulate/simulate')],
  },
  {
    id: 'E8',
    fault: 'an agent that only says it is done',
    perCommit: true,
    proofs: [at(PROOF, /liar|somebody else says|not believed/)],
  },
  {
    id: 'E9',
    fault: 'Enter is swallowed: once, always',
    perCommit: true,
    proofs: [at(DELIVER, /swallowed Enter|does not say delivered/), at(SEND, /is unconfirmed/)],
  },
  {
    id: 'E10',
    fault: 'prompts with everything in them, up to a million bytes',
    perCommit: true,
    proofs: [
      at(DELIVER, /arrives whole, once/),
      at(SEND, /arrives as it was sent|million bytes/),
      at('e2e/send-storm'),
      at('campaign/prompts'),
    ],
  },
  {
    id: 'E11',
    fault: 'two daemons on one store',
    proofs: [at('integration/store/crash'), at('e2e/cluster-cli', /a second daemon for the session refuses/)],
    missing: 'PostgreSQL: there is no such store, the store is one SQLite file',
  },
  {
    id: 'E12',
    fault: 'everything in the cgroup of the daemon is killed',
    proofs: [at('campaign/cgroup')],
  },
  {
    id: 'E13',
    fault: 'the tmux server is killed',
    proofs: [at(AGENT_SESSION, /E13/), at(LOCAL, /after kill-server/), at(HOSTS, /local tmux is killed/)],
  },
  {
    id: 'E14',
    fault: 'the socket of tmux is removed',
    proofs: [at(AGENT_SESSION, /E14/)],
  },
  {
    id: 'E15',
    fault: 'names that begin alike',
    perCommit: true,
    proofs: [at(AGENT_SESSION, /E15/)],
  },
  {
    id: 'E16',
    fault: 'commands in every field of text',
    perCommit: true,
    proofs: [
      at(HOSTILE, /T1/),
      at(INPUT, /is never run/),
      at('integration/tmux/view-session', /runs nothing/),
    ],
  },
  {
    id: 'E17',
    fault: 'a pane prints the protocol of tmux',
    perCommit: true,
    proofs: [at(HOSTILE, /E17|not confirmed/), at('unit/tmux/protocol/confirmed')],
  },
  {
    id: 'E18',
    fault: 'another host key: at reconnect, at a jump host',
    proofs: [at(TRUST, /changed key|keys of both checked|unknown host/)],
  },
  {
    id: 'E19',
    fault: 'output without end: stdout, stderr, one line, a banner',
    proofs: [
      at('integration/exec/shell', /endless output|5 MB on stderr/),
      at(TRUST, /servers that are none/),
      at('unit/tmux/protocol/control-parser', /bounds/),
    ],
  },
  {
    id: 'E20',
    fault: 'sshd allows little: 2 sessions, MaxStartups; 40 connections at once',
    proofs: [at(LINK, /allows two sessions/), at('campaign/links', /forty/)],
  },
  {
    id: 'E21',
    fault: 'a login that is refused',
    proofs: [
      at(TRUST, /stops when/),
      at('e2e/cluster-trouble', /a login that is refused is not tried again/),
    ],
  },
  {
    id: 'E22',
    fault: 'SIGSTOP: an agent, the connection, the tmux server',
    proofs: [at(RECONNECT, /freezes/), at('campaign/stopped', /an agent|tmux server/)],
    missing: 'an agent that stays stopped: in its pane it is continued at once, whoever stops it',
  },
  { id: 'E23', fault: 'the disk of the store is full', proofs: [at('integration/store/full-disk')] },
  {
    id: 'E24',
    fault: 'the store: empty, garbage, damaged, without its journal',
    perCommit: true,
    proofs: [at(OPEN_STORE)],
  },
  {
    id: 'E25',
    fault: 'the store: read-only, open to others, of somebody else, a link',
    proofs: [at(OPEN_STORE, /refuses/), at('integration/store/store', /lets nobody else read it/)],
  },
  {
    id: 'E26',
    fault: 'the disk of the agent is full',
    proofs: [at(LAUNCH, /disk/), at('integration/host/orchestra-report', /disk is full/)],
  },
  {
    id: 'E27',
    fault: 'records that are half, huge, FIFOs, of another attempt',
    perCommit: true,
    proofs: [
      at('unit/core/protocol/agent-report'),
      at(PROTOCOL, /readUntrusted/),
      at('integration/exec/host-files', /regular files/),
    ],
  },
  {
    id: 'E28',
    fault: 'the clock jumps, forth and back: of the daemon by an hour, of a host by a day',
    proofs: [at('campaign/clock'), at(ODD_HOSTS, /clock jumps/)],
  },
  {
    id: 'E29',
    fault: 'the machine sleeps for 30 s: the daemon is stopped and goes on',
    proofs: [at('campaign/stopped', /daemon/)],
  },
  {
    id: 'E30',
    fault: 'graphs: cycles, missing needs, 10,000 in a chain, 5,000 at once',
    proofs: [
      at('unit/core/dag/graph'),
      at('unit/core/run/dependencies'),
      at('unit/simulate/simulate', /5,000|10,000/),
    ],
  },
  {
    id: 'E31',
    fault: 'layouts that are wrong',
    perCommit: true,
    proofs: [at('unit/config/bad-layouts'), at('unit/config/fuzz'), at(INPUT, /that is wrong|that is huge/)],
  },
  {
    id: 'E32',
    fault: 'the layout changes during the run: wrong, without an agent',
    proofs: [
      at(LOCAL, /change by the difference/),
      at(INPUT, /changes nothing/),
      at('e2e/daemon-away', /called otherwise/),
    ],
  },
  {
    id: 'E33',
    fault: 'tasks fail: retries, back-off, fallback',
    proofs: [
      at(FAILURES, /tries again|except|fallback|next attempt/),
      at('e2e/cluster-trouble', /run elsewhere/),
    ],
  },
  {
    id: 'E34',
    fault: 'commands of gates and checks: fail, hang, print without end',
    proofs: [
      at(FAILURES, /gate|takes too long/),
      at(LAUNCH, /ends a job|long output|leaves behind/),
      at('unit/core/run/gates'),
    ],
  },
  {
    id: 'E35',
    fault: 'the API: random JSON, 10,000 requests, half-open, slow, too large',
    proofs: [at('integration/threats/api'), at('campaign/sweeps', /the API/)],
  },
  {
    id: 'E36',
    fault: 'who may do what through the API',
    perCommit: true,
    proofs: [
      at('e2e/cluster-cli', /its owner/),
      at(PROTOCOL, /prepareRunDir/),
      at('integration/threats/api', /another user/),
    ],
    missing: 'Origin, Host and roles: there is no TCP port and there are no roles, the socket is its owner’s',
  },
  {
    id: 'E37',
    fault: 'readers of the event stream that do not read',
    proofs: [at('integration/threats/api', /does not read/)],
    missing: 'WebSocket: there is none, the stream is SSE over the UNIX socket',
  },
  {
    id: 'E38',
    fault: 'a secret is followed through a run',
    perCommit: true,
    proofs: [at('e2e/secret-canary'), at(LAUNCH, /keeps secrets/)],
  },
  {
    id: 'E39',
    fault: 'hostile output on the screens, in lists, logs, the monitor',
    perCommit: true,
    proofs: [
      at('integration/tui/monitor', /lets nothing through/),
      at('unit/core/text/safe-text'),
      at('unit/cli/render/status', /shows as text|SGR/),
      at('unit/tui/frames', /hostile/),
      at('unit/tmux/protocol/query-filter'),
    ],
  },
  {
    id: 'E40',
    fault: 'Japanese everywhere, narrow panes',
    proofs: [
      at('integration/tui/golden'),
      at(PROOF, /japanese|narrow|wrapped/),
      at('unit/core/text/display-width'),
      at(DELIVER, /arrives whole/),
      at(ODD_HOSTS, /LC_ALL=C/),
    ],
  },
  {
    id: 'E41',
    fault: 'streams that are cut anywhere',
    perCommit: true,
    proofs: [
      at('unit/core/markers/markers', /however the stream is cut/),
      at('unit/exec/frame-reader', /however it is cut/),
      at('unit/tmux/protocol/control-parser', /however the bytes are cut/),
      at('unit/tmux/protocol/query-filter', /however the stream is cut/),
      at('unit/tmux/protocol/paste-splitter', /however the bytes are cut/),
      at(LINK, /characters whole/),
    ],
  },
  {
    id: 'E42',
    fault: 'a person in the view: small terminal, closes windows, kills panes',
    proofs: [
      at('integration/tmux/mirror-pane', /larger|pane is killed/),
      at('integration/tmux/view-attach'),
      at(LOCAL, /closed one/),
    ],
  },
  {
    id: 'E43',
    fault: 'sessions of the user with our names',
    proofs: [at('integration/tmux/view-session', /refuses a person’s session|person made/)],
  },
  { id: 'E44', fault: 'our session name is taken by somebody', proofs: [at(AGENT_SESSION, /E44/)] },
  {
    id: 'E45',
    fault: 'a strange ~/.tmux.conf',
    proofs: [at(AGENT_SESSION, /E45/), at('unit/tmux/view-keys')],
  },
  {
    id: 'E46',
    fault: 'noisy rc files, set -e, exit, exec',
    proofs: [
      at(LINK, /rc files/),
      at('integration/exec/host-files', /noisy profile/),
      at('integration/exec/shell', /set -e/),
      at(ODD_HOSTS, /login shell/),
    ],
  },
  {
    id: 'E47',
    fault: 'tmux: missing, too old, hangs',
    proofs: [at('e2e/cluster-trouble', /say why/), at('unit/tmux/server-info'), at(ODD_HOSTS, /tmux hangs/)],
  },
  {
    id: 'E48',
    fault: 'other versions of tmux',
    proofs: [],
    notRunHere:
      'the campaign takes the tmux of the machine; by hand with scripts/with-tmux.sh: 80 integration and 42 end-to-end specs pass with 3.5a and with 3.8',
  },
  {
    id: 'E49',
    fault: 'questions, trust prompts, usage limits on the screen',
    proofs: [
      at('unit/agents/screens'),
      at(DELIVER, /dialog/),
      at('e2e/run-hosts'),
      at('unit/core/status/limits'),
    ],
  },
  {
    id: 'E50',
    fault: 'reports for another agent, from nobody',
    proofs: [
      at(PROOF, /somebody else says|not believed/),
      at('integration/host/orchestra-report', /outside an agent|another nonce/),
    ],
  },
  {
    id: 'E51',
    fault: 'an agent prints millions of lines, the marker in the middle',
    proofs: [at('campaign/flood')],
  },
  {
    id: 'E52',
    fault: 'stores of other versions; a crash while one is migrated',
    proofs: [at(OPEN_STORE, /version|migration|up to date/)],
    missing: 'stores of released versions: none is released',
  },
  {
    id: 'E53',
    fault: 'histories of the previous release',
    proofs: [],
    notRunHere: 'there is no previous release',
  },
  {
    id: 'E54',
    fault: 'GitHub answers badly',
    proofs: [],
    notRunHere: 'there is no link to GitHub yet',
  },
  {
    id: 'E55',
    fault: 'issues that are prompts',
    proofs: [],
    notRunHere: 'there is no link to GitHub yet',
  },
  { id: 'E56', fault: 'a planted run directory', proofs: [at(PROTOCOL, /prepareRunDir/)] },
  {
    id: 'E57',
    fault: 'a stale socket, the pid of somebody else, a long path',
    proofs: [at('e2e/daemon-ends', /stale|long/)],
  },
  {
    id: 'E58',
    fault: 'SIGTERM, SIGINT twice, a closed stdout',
    proofs: [at('e2e/daemon-ends', /SIGTERM|SIGINT|stdout/)],
  },
  {
    id: 'E59',
    fault: 'the jump host dies; a chain of two',
    proofs: [at('campaign/links', /jump/)],
  },
  { id: 'E60', fault: 'one host is slow', proofs: [at('campaign/slow-host')] },
  { id: 'E61', fault: 'connections are lost a thousand times', proofs: [at('campaign/drops')] },
  {
    id: 'E62',
    fault: 'the packed program, installed without scripts and without optional packages',
    proofs: [at('campaign/install')],
  },
  {
    id: 'E63',
    fault: 'a host reboots',
    proofs: [at(HOSTS, /reboot/)],
  },
  {
    id: 'E64',
    fault: 'everything is stopped, twice, while it starts',
    proofs: [at('campaign/stop-twice'), at('e2e/cluster-repeat')],
  },
  {
    id: 'E65',
    fault:
      'the daemon is killed on a person’s own tmux server, under options and hooks that remove, resize, rename',
    perCommit: true,
    proofs: [at('integration/tmux/hostile-options'), at('campaign/hostile-kills')],
  },
  {
    id: 'E66',
    fault:
      'agents and tasks that end slowly or leave their group: edit and undo, down and up, retries, both keepers killed',
    perCommit: true,
    proofs: [
      at('e2e/stop-start'),
      at('integration/host/end-start'),
      at(LAUNCH, /whatever it ignores/),
      at('e2e/no-init'),
      at('unit/core/run/stopping'),
    ],
  },
  {
    id: 'E67',
    fault: 'a clock that was a day wrong is put right while no daemon runs',
    perCommit: true,
    proofs: [at('unit/core/run/clock-shift'), at('campaign/clock', /put right over a restart/)],
  },
]
