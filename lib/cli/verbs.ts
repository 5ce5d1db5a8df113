/** The table of verbs (contract §1). A verb is a row here and a file in `verbs/`. */
import type * as Rare from './rare.js'
import type { OptionSpec, PositionalSpec, Verb, VerbSpec } from './verb.js'

type Module = { readonly run: Verb }

const rare = (pick: (verbs: typeof Rare) => Verb) => async () => pick(await import('./rare.js'))
const fast = (load: () => Promise<Module>) => async () => (await load()).run

function need(name: string, describe: string): PositionalSpec {
  return { name, required: true, describe }
}
function may(name: string, describe: string): PositionalSpec {
  return { name, required: false, describe }
}
function flag(describe: string, short?: string): OptionSpec {
  return short === undefined ? { type: 'boolean', describe } : { type: 'boolean', describe, short }
}
function text(describe: string, short?: string): OptionSpec {
  return short === undefined ? { type: 'string', describe } : { type: 'string', describe, short }
}

const LAYOUT = may('layout', 'a file, or a name such as `local` (default: ./orchestra.yaml)')
const AGENT = need('agent', 'an agent of the layout')
const TASK = need('task', 'a task of the run')

export const VERBS: readonly VerbSpec[] = [
  {
    name: 'init',
    describe: 'write a commented orchestra.yaml for this machine',
    positionals: [],
    options: {
      'from-ssh-config': flag('take the hosts of ~/.ssh/config as machines'),
      force: flag('replace an existing file'),
      output: text('another file', 'o'),
    },
    example: 'orchestra init --from-ssh-config',
    load: rare((r) => r.init),
  },
  {
    name: 'validate',
    describe: 'check a layout: every problem at once, changes nothing',
    positionals: [LAYOUT],
    options: {},
    example: 'orchestra validate layouts/level6.yaml',
    load: rare((r) => r.validate),
  },
  {
    name: 'plan',
    describe: 'what `up` would create, start, respawn, leave, cancel and stop; runs nothing',
    positionals: [LAYOUT],
    options: {},
    example: 'orchestra plan local',
    load: rare((r) => r.plan),
  },
  {
    name: 'up',
    describe: 'start the daemon, build the windows, start what is missing, attach',
    positionals: [LAYOUT],
    options: {
      detach: flag('do not attach', 'd'),
      run: flag('also start the tasks'),
      wait: flag('wait until the agents are there; exit 1 if they do not come'),
      timeout: text('how long --wait waits (default 60s)'),
      again: flag('with --run: begin anew after a run that has ended'),
      yes: flag('also if it ends running work; without it, asks', 'y'),
    },
    example: 'orchestra up local -d --run',
    load: fast(() => import('./verbs/up.js')),
  },
  {
    name: 'down',
    describe: 'stop the run, the session, the daemon and exactly the agents that it started',
    positionals: [],
    options: { 'keep-agents': flag('leave the agents alive') },
    example: 'orchestra down --keep-agents',
    load: fast(() => import('./verbs/down.js')),
  },
  {
    name: 'attach',
    describe: 'attach to the session, at an agent or a window',
    positionals: [may('target', 'an agent or a window')],
    options: { 'read-only': flag('look only, never resize', 'r') },
    example: 'orchestra attach CG-1',
    load: fast(() => import('./verbs/attach.js')),
  },
  {
    name: 'status',
    describe: 'what needs a human, agents, tasks, machines',
    positionals: [],
    options: { watch: flag('keep showing it', 'w'), 'exit-code': flag('exit 1 if something needs a human') },
    example: 'orchestra status --watch',
    load: fast(() => import('./verbs/status.js')),
  },
  ...(['agents', 'machines', 'tasks'] as const).map((name) => ({
    name,
    describe: `the ${name}, as one table`,
    positionals: [],
    options: {},
    example: `orchestra ${name} --json`,
    load: async () => (await import('./verbs/tables.js')).table(name),
  })),
  {
    name: 'monitor',
    describe: 'the dashboard',
    positionals: [],
    options: {
      view: { type: 'string', describe: 'what to show', choices: ['monitor', 'queue', 'events', 'status'] },
    },
    example: 'orchestra monitor',
    load: fast(() => import('./verbs/monitor.js')),
  },
  {
    name: 'run',
    describe: 'start or resume the task graph',
    positionals: [LAYOUT],
    options: {
      wait: flag('wait for its end; exit 1 unless every task completed'),
      timeout: text('how long --wait waits'),
      again: flag('begin anew after a run that has ended'),
      yes: flag('also if the layout ends running work; without it, asks', 'y'),
      'dry-run': flag('print waves, critical path and expected makespan; run nothing'),
    },
    example: 'orchestra run --dry-run local',
    load: fast(() => import('./verbs/run.js')),
  },
  ...(['pause', 'resume'] as const).map((name) => ({
    name,
    describe: name === 'pause' ? 'start no new work; what runs goes on' : 'go on after a pause',
    positionals: [],
    options: {},
    example: `orchestra ${name}`,
    load: async () => (await import('./verbs/simple.js')).runVerb(name),
  })),
  {
    name: 'graph',
    describe: 'the task graph with states and waves',
    positionals: [LAYOUT],
    options: {
      format: {
        type: 'string',
        short: 'f',
        describe: 'the form',
        choices: ['ascii', 'mermaid', 'dot', 'json'],
      },
    },
    example: 'orchestra graph -f mermaid',
    load: rare((r) => r.graph),
  },
  {
    name: 'submit',
    describe: 'add a task to the running graph',
    positionals: [need('title', 'what is to be done')],
    options: {
      prompt: text('the prompt; - reads standard input (default: the title)'),
      role: text('who may do it'),
      agent: text('exactly this agent'),
      needs: text('tasks that must be done before (may be repeated)'),
      priority: text('1 comes first'),
      estimate: text('how long it will take (default 5m)'),
      id: text('its id (default: made up)'),
    },
    example: 'orchestra submit "Fix the login page" --role implement --needs Task-2',
    load: fast(() => import('./verbs/submit.js')),
  },
  {
    name: 'send',
    describe: 'deliver a prompt to an agent; prints the receipt',
    positionals: [AGENT, may('text', 'the prompt; - or nothing reads standard input')],
    options: {
      'operation-id': text('the same id never submits twice'),
      wait: flag('wait for the receipt'),
      timeout: text('how long (default 2m)'),
    },
    example: 'orchestra send CG-1 "run the tests" --wait',
    load: fast(() => import('./verbs/send.js')),
  },
  {
    name: 'wait',
    describe: 'block until an agent or a task is in a state',
    positionals: [need('id', 'an agent or a task')],
    options: {
      for: text('the state, or several: idle,exited'),
      timeout: text('how long (default: for ever)'),
    },
    example: 'orchestra wait Task-2 --for COMPLETED --timeout 5m',
    load: fast(() => import('./verbs/wait.js')),
  },
  ...(['approve', 'deny'] as const).map((name) => ({
    name,
    describe: `${name === 'approve' ? 'say yes' : 'say no'} to the permission prompt shown, or to a gate`,
    positionals: [need('id', 'an agent or a gate')],
    options: {
      'prompt-id': text('only if exactly this question is asked; `status` prints it'),
      ...(name === 'approve' ? { yes: flag('whatever is asked now, without asking', 'y') } : {}),
    },
    example: `orchestra ${name} CG-1`,
    load: async () => (await import('./verbs/answer.js')).answer(name),
  })),
  ...(['retry', 'cancel'] as const).map((name) => ({
    name,
    describe: name === 'retry' ? 'try a task again that failed, is blocked or cancelled' : 'cancel a task',
    positionals: [TASK],
    options: {},
    example: `orchestra ${name} Task-2`,
    load: async () => (await import('./verbs/simple.js')).taskVerb(name),
  })),
  ...(['restart', 'stop'] as const).map((name) => ({
    name,
    describe: name === 'restart' ? 'stop an agent and start it anew' : 'stop an agent',
    positionals: [AGENT],
    options: {},
    example: `orchestra ${name} CG-1`,
    load: async () => (await import('./verbs/simple.js')).agentVerb(name),
  })),
  {
    name: 'context',
    describe: 'everything that a fresh agent is given for a task',
    positionals: [TASK],
    options: {},
    example: 'orchestra context Task-2',
    load: fast(() => import('./verbs/context.js')),
  },
  {
    name: 'logs',
    describe: "an agent's output as text",
    positionals: [AGENT],
    options: {
      follow: flag('keep printing', 'f'),
      since: text('only the last while: 10m'),
      lines: text('how many lines (default 200)', 'n'),
    },
    example: 'orchestra logs CG-1 -f',
    load: fast(() => import('./verbs/logs.js')),
  },
  {
    name: 'events',
    describe: 'the journal of events',
    positionals: [],
    options: {
      follow: flag('keep printing', 'f'),
      lines: text('how many of the newest (default 100)', 'n'),
      since: text('all of this time and later: 2h, 2026-11-21'),
      raw: flag('whole events as JSON lines, as they stand in the journal'),
    },
    example: 'orchestra events -f --json',
    load: fast(() => import('./verbs/events.js')),
  },
  {
    name: 'explain',
    describe: 'why an agent is in its state: screen, title, rule, evidence, age, confidence',
    positionals: [may('agent', 'an agent; or give --type and --screen')],
    options: {
      type: text('the agent type of a recorded screen'),
      screen: text('a file with a recorded screen, or - for standard input'),
      title: text("the pane's title"),
      'agent-version': text('the version of the CLI'),
      batch: flag('read JSON lines { type, version, title, screen } and answer each with a line'),
    },
    example: 'orchestra explain --type codex --screen screen.txt --json',
    load: rare((r) => r.explain),
  },
  {
    name: 'report',
    describe: 'Markdown: progress by wave, who did what, retries, failures, files',
    positionals: [],
    options: { output: text('write it to a file', 'o') },
    example: 'orchestra report -o report.md',
    load: fast(() => import('./verbs/report.js')),
  },
  {
    name: 'doctor',
    describe: 'what is wrong on the machines, each finding with its mend',
    positionals: [may('machine', 'only this machine')],
    options: { layout: text('the layout, when no daemon runs') },
    example: 'orchestra doctor mugen',
    load: rare((r) => r.doctor),
  },
  {
    name: 'daemon',
    describe: 'run the daemon here, or `daemon install`: bring it back after a crash or a reboot',
    positionals: [may('action', 'install'), may('layout', 'the layout of the installed daemon')],
    options: {
      foreground: flag('stay in the foreground'),
      layout: text('the layout to serve'),
      print: flag('install: print the unit, write nothing'),
    },
    example: 'orchestra daemon install local',
    load: rare((r) => r.daemon),
  },
  {
    name: 'use',
    describe: 'remember the machine whose daemon is meant (`use local` forgets it)',
    positionals: [need('dest', 'an ssh destination: user@host, or a name of ~/.ssh/config')],
    options: {},
    example: 'orchestra use macbook',
    load: fast(() => import('./verbs/use.js')),
  },
  {
    name: 'completion',
    describe: 'print the completion script for bash, zsh or fish',
    positionals: [{ name: 'shell', required: false, describe: 'bash, zsh or fish' }],
    options: {},
    example: 'orchestra completion bash >> ~/.bashrc',
    load: rare((r) => r.completion),
  },
]
