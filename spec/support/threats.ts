/** The threats of SECURITY.md, each with the specs that try it; null where SECURITY.md says that it is not covered, or cannot arise. */
import type { Proof } from './experiments.js'

const at = (file: string, title?: RegExp): Proof => (title === undefined ? { file } : { file, title })

const BAD_LAYOUTS = at('unit/config/bad-layouts')
const HOSTILE = 'integration/tmux/hostile-pane'
const TRUST = 'integration/ssh/trust'
const API = 'integration/threats/api'
const FILES = 'integration/store/protocol-files'

export const THREATS: Readonly<Record<string, readonly Proof[] | null>> = {
  T1: [
    at(HOSTILE, /T1/),
    at('e2e/cluster-input', /is never run/),
    at('integration/tmux/view-session', /runs nothing/),
  ],
  T2: [at('unit/core/shell-quote'), at('e2e/cluster-input', /is never run/)],
  T3: [at(TRUST, /misread/), at('unit/ssh/ssh-target'), BAD_LAYOUTS],
  T4: [at('unit/core/delivery/prompt-text'), at('integration/agents/deliver', /arrives whole/)],
  T5: [
    at('unit/core/text/safe-text'),
    at('integration/tui/monitor', /lets nothing through/),
    at('unit/tmux/protocol/query-filter'),
  ],
  T6: [at('unit/tui/frames', /hostile/)],
  T7: [at('e2e/run-proof', /liar says|not believed/)],
  T8: [at('e2e/run-proof', /somebody else says/), at('integration/host/orchestra-report', /another nonce/)],
  T9: [at(HOSTILE, /E17/), at('unit/tmux/protocol/confirmed')],
  T10: [BAD_LAYOUTS, at(API, /random requests/)],
  T11: [at(FILES, /planted/)],
  T12: [at(FILES, /refuses everything else/), at('integration/exec/host-files', /regular files/)],
  T13: [at('integration/exec/shell', /endless output/), at('campaign/flood')],
  T14: [at(TRUST, /silent one|garbage without end/)],
  T15: [at(TRUST, /unknown host|changed key|hashed names|keys of both/), at('unit/ssh/known-hosts')],
  T16: [at(TRUST, /never forwards/)],
  T17: [at(TRUST, /misread/), at('unit/ssh/ssh-config-reader')],
  T18: [BAD_LAYOUTS, at('unit/config/fuzz'), at('e2e/cluster-input', /that is huge/)],
  T19: [
    at('unit/config/fuzz'),
    at('unit/core/protocol/agent-report', /prototype/),
    at(API, /random requests/),
  ],
  T20: [at('e2e/secret-canary'), at('integration/host/launch', /keeps secrets/)],
  T21: null,
  T22: [at(TRUST, /changed key/), at('e2e/secret-canary')],
  T23: [at(API, /another user/)],
  T24: [at('integration/api/tcp', /answers to its own names alone|answers no page but its own/)],
  T25: [
    at('e2e/access', /keeps it nowhere|its stream within a second/),
    at('integration/api/tcp', /twenty wrong/),
  ],
  T26: [
    at('e2e/answers', /is not opened by a task/),
    at('e2e/access', /answer nothing, however they ask/),
    at('unit/home/launchers-above'),
  ],
  T27: [at(API, /too large|say nothing/)],
  T28: [
    at('unit/core/github/release', /the only one of an issue that reaches an agent/),
    at('unit/core/github/untrusted-text'),
    at('e2e/github-reading'),
  ],
  T29: [
    at('unit/daemon/github/commands', /act once/),
    at('unit/core/github/commands', /counts only of a person/),
  ],
  T30: [
    at('integration/github/outbox', /calls nobody|looks like a secret/),
    at('integration/github/two-orchestras'),
    at('integration/github/writing', /writes nothing in mode read/),
  ],
  T31: [at('e2e/cluster-local', /plan has said so/)],
  T32: [
    at('e2e/local-env'),
    at('e2e/secret-canary'),
    at('integration/host/launch', /ends a job|long output/),
  ],
  T33: [
    at('e2e/answers', /exactly the question/),
    at('unit/core/status/prompt-id'),
    at('unit/agents/cut-dialogs'),
    at('unit/core/delivery/answer-dialog'),
  ],
  T34: [at(HOSTILE), at('unit/tmux/server-info')],
  T35: [
    at('integration/store/open-store', /refuses/),
    at('integration/store/store', /lets nobody else read it/),
  ],
  T36: [at('integration/host/hostile-ground'), at('integration/host/hostile-report')],
  T37: [at('integration/daemon/surveys/survey', /runs nothing/)],
}
