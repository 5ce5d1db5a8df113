/** Every request. Written by scripts/requests.ts (`npm run fix`): a request is a file beside this one. */
import { ack } from './ack.js'
import { approve } from './approve.js'
import { ask } from './ask.js'
import { attach } from './attach.js'
import { block } from './block.js'
import { canI } from './can-i.js'
import { cancel } from './cancel.js'
import { commitStatus } from './commit-status.js'
import { context } from './context.js'
import { cordon } from './cordon.js'
import { deny } from './deny.js'
import { describe } from './describe.js'
import { diffSaved } from './diff-saved.js'
import { diff } from './diff.js'
import { doctor } from './doctor.js'
import { down } from './down.js'
import { editLayout } from './edit-layout.js'
import { events } from './events.js'
import { execute } from './execute.js'
import { executionOf } from './execution-of.js'
import { executions } from './executions.js'
import { explain } from './explain.js'
import { forecast } from './forecast.js'
import { githubCheck } from './github-check.js'
import { githubExport } from './github-export.js'
import { githubImport } from './github-import.js'
import { githubLink } from './github-link.js'
import { githubOutboxAct } from './github-outbox-act.js'
import { githubOutbox } from './github-outbox.js'
import { githubPause } from './github-pause.js'
import { githubPlan } from './github-plan.js'
import { githubRelease } from './github-release.js'
import { githubReport } from './github-report.js'
import { githubShow } from './github-show.js'
import { githubTake } from './github-take.js'
import { github } from './github.js'
import { graph } from './graph.js'
import { health } from './health.js'
import { logStream } from './log-stream.js'
import { log } from './log.js'
import { merge } from './merge.js'
import { open } from './open.js'
import { operation } from './operation.js'
import { output } from './output.js'
import { passphrase } from './passphrase.js'
import { passphrases } from './passphrases.js'
import { pause } from './pause.js'
import { ping } from './ping.js'
import { plan } from './plan.js'
import { questionOf } from './question-of.js'
import { removeTask } from './remove-task.js'
import { repoStep } from './repo-step.js'
import { repo } from './repo.js'
import { report } from './report.js'
import { restart } from './restart.js'
import { resume } from './resume.js'
import { retry } from './retry.js'
import { run } from './run.js'
import { runs } from './runs.js'
import { screen } from './screen.js'
import { send } from './send.js'
import { statusLines } from './status-lines.js'
import { status } from './status.js'
import { stop } from './stop.js'
import { stream } from './stream.js'
import { submit } from './submit.js'
import { tokenAdd } from './token-add.js'
import { tokenRevoke } from './token-revoke.js'
import { tokens } from './tokens.js'
import { treesRemove } from './trees-remove.js'
import { treesRepair } from './trees-repair.js'
import { trees } from './trees.js'
import { unblock } from './unblock.js'
import { uncordon } from './uncordon.js'
import { up } from './up.js'
import { workers } from './workers.js'
import type { DaemonRequest } from './request.js'

export const REQUESTS: readonly DaemonRequest[] = [
  ack,
  approve,
  ask,
  attach,
  block,
  canI,
  cancel,
  commitStatus,
  context,
  cordon,
  deny,
  describe,
  diffSaved,
  diff,
  doctor,
  down,
  editLayout,
  events,
  execute,
  executionOf,
  executions,
  explain,
  forecast,
  githubCheck,
  githubExport,
  githubImport,
  githubLink,
  githubOutboxAct,
  githubOutbox,
  githubPause,
  githubPlan,
  githubRelease,
  githubReport,
  githubShow,
  githubTake,
  github,
  graph,
  health,
  logStream,
  log,
  merge,
  open,
  operation,
  output,
  passphrase,
  passphrases,
  pause,
  ping,
  plan,
  questionOf,
  removeTask,
  repoStep,
  repo,
  report,
  restart,
  resume,
  retry,
  run,
  runs,
  screen,
  send,
  statusLines,
  status,
  stop,
  stream,
  submit,
  tokenAdd,
  tokenRevoke,
  tokens,
  treesRemove,
  treesRepair,
  trees,
  unblock,
  uncordon,
  up,
  workers,
]
