/**
 * Every command that a message tells a person to type: a situation each. A message names none that does not stand here
 * (spec/unit/core/fixes.spec.ts), and each is run as printed in its situation, which is then looked at again.
 * Words in capitals stand for what only the person knows.
 */
import { commandLine, shellQuote } from './shell-quote.js'

const orchestra = (...words: readonly string[]) => ['orchestra', ...words].join(' ')

export const FIXES = {
  // No daemon, or one that does not answer
  'daemon.start': () => orchestra('up'),
  'daemon.again': (layout?: string) => orchestra('up', ...(layout === undefined ? [] : [shellQuote(layout)])),
  'daemon.continue': (pid: number | string) => `kill -CONT ${pid}`,
  'daemon.end': (pid: number | string) => `kill -9 ${pid}`,
  'daemon.change-over': () => `${orchestra('down', '--keep-agents')} && ${orchestra('up')}`,
  'daemon.take-down': () => orchestra('down'),

  // Layouts and where we are
  'layout.write': () => orchestra('init'),
  'layout.demo': () => orchestra('up', 'local'),
  'layout.next': (file = '') => `${orchestra('validate')}${file} && ${orchestra('up')}${file}`,
  'layout.give': () => orchestra('up'),
  'directory.leave': () => 'cd ~',
  'verbs.list': () => orchestra('--help'),
  'verbs.help': () => orchestra('help'),

  // The run
  'run.start': () => orchestra('run'),
  'run.again': () => orchestra('run', '--again'),
  'run.up': () => orchestra('up', '--run'),
  'run.up-again': () => orchestra('up', '--run', '--again'),
  'run.list': () => orchestra('runs'),
  'run.resume': () => orchestra('resume'),
  'run.watch': () => orchestra('status', '--watch'),
  'status.look': () => orchestra('status'),
  'status.for-programs': () => orchestra('status', '--json'),
  'events.follow': () => orchestra('events', '-f'),
  'task.retry': (id: string) => orchestra('retry', id),
  'task.again': (id: string) => orchestra('retry', id, '--with-dependents'),
  'task.unblock': (id: string) => orchestra('unblock', id),
  'escalation.list': () => orchestra('escalations'),
  'escalation.ack': (id: string) => orchestra('ack', id),
  'task.submit': () => orchestra('submit', '"TITLE"'),
  'task.list': () => orchestra('tasks'),

  // Agents
  'agent.list': () => orchestra('agents'),
  'agent.restart': (id: string) => orchestra('restart', id),
  'cordon.lift': (id: string) => orchestra('uncordon', id),
  'agent.explain': (id: string) => orchestra('explain', id),
  'agent.attach': (id: string) => orchestra('attach', id),
  'agent.wait-quiet': (id: string) => orchestra('wait', id, '--for', 'quiet'),
  'agent.remove': (id: string) => orchestra('remove', id),
  'look.around': () => orchestra('look'),
  'agent.send': (id: string) => orchestra('send', id, '"text"'),
  'message.again': (operation: string, ...words: readonly string[]) =>
    orchestra('send', ...words.map(shellQuote), '--operation-id', operation),
  'agent.ask': (id: string) => orchestra('ask', id, '"text"'),
  'agent.ask-again': (id: string, operation: string, ...text: readonly string[]) =>
    orchestra('ask', id, ...text.map(shellQuote), '--operation-id', operation),
  'agent.task': (id: string) => orchestra('submit', '"TITLE"', '--prompt', '"TEXT"', '--agent', id),
  'process.look': (pids: string) => `ps -fp ${pids}`,
  'answer.approve': (id: string, prompt: string) => orchestra('approve', id, '--prompt-id', prompt),
  'answer.approve-now': (id: string) => orchestra('approve', id, '-y'),
  'answer.deny': (id: string) => orchestra('deny', id),
  'screen.explain': () => orchestra('explain', '--type', 'codex', '--screen', 'FILE'),

  // Worktrees
  'trees.list': () => orchestra('trees'),
  'trees.saved': () => orchestra('trees', 'saved'),
  'trees.repair': () => orchestra('trees', 'repair'),
  'trees.repair-ignored': () => orchestra('trees', 'repair', '--ignored'),
  'trees.remove-ignored': (slot: string) => orchestra('trees', 'remove', slot, '--ignored'),
  'repo.look': (machine: string) => orchestra('repo', machine),
  'repo.step': (machine: string, step: string) => orchestra('repo', machine, step),

  // Merging
  'merge.all': () => orchestra('merge'),
  'merge.task': (id: string) => orchestra('merge', id),

  // Terminals and the view
  'view.attach': (where: string, socket: string, session: string) =>
    `${where}tmux -L ${socket} attach -t ${session}`,
  'view.attach-by-name': () => orchestra('attach'),
  'terminal.as-xterm': () => `TERM=xterm-256color ${orchestra('attach')}`,
  'terminal.describe': (name: string) => `infocmp -x ${name} | ssh THIS-MACHINE tic -x -`,
  'tmux.list': (socket: string) => `tmux -L ${socket} ls`,
  'tmux.continue': () => 'kill -CONT PID',
  'tmux.rename': (socket: string, session: string) => `tmux -L ${socket} rename-session -t =${session} NEW`,
  'tmux.window-size': (socket: string) => `tmux -L ${socket} set -gw window-size latest`,

  // Machines
  'doctor.ask': () => orchestra('doctor'),
  'doctor.machine': (id: string) => orchestra('doctor', id),
  'host.by-hand': (host: string) => `ssh ${host}`,
  'host.up': (host: string, layout?: string) =>
    `ssh ${sshWord(host)} ${orchestra('up', ...(layout === undefined ? [] : [shellQuote(layout)]), '-d')}`,
  'host.attach': (host: string, command: string) => `ssh -t ${sshWord(host)} ${command}`,
  'host.forget': () => orchestra('use', 'local'),
  'host.linger': () => 'loginctl enable-linger',

  'submodule.drop': (path: string) => commandLine('git', 'rm', '--cached', path),

  // The store
  'store.close-directory': (dir: string) => `chmod 700 '${dir}'`,
  'store.close-file': (file: string) => `chmod 600 '${file}'`,
  'store.open-file': (file: string) => `chmod 600 '${file}'`,
  'store.go-back': (dir: string, backup: string) => `${setAside(dir)} && cp -p '${backup}' '${dir}/store.db'`,
  'store.begin-empty': (dir: string) => setAside(dir),
  'store.go-on-without': (note: string) => `rm '${note}'`,
  'token.close': (file: string) => commandLine('chmod', '600', file),
  'run-directory.close': (dir: string) => `chmod 700 '${dir}'`,

  // ssh
  'ssh.scan': (words: readonly string[], file: string) =>
    `${commandLine('ssh-keyscan', ...words)} >> ${commandLine(file)}`,
  'ssh.accept': (...words: string[]) =>
    commandLine('ssh', '-o', 'StrictHostKeyChecking=accept-new', ...words, 'true'),
  'ssh.forget': (entry: string, file: string) => commandLine('ssh-keygen', '-R', entry, '-f', file),
  'ssh.drop-line': (line: string, file: string) => commandLine('sed', '-i.old', `${line}d`, file),
  'ssh.fingerprint': () => 'ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub',
  'ssh.start-agent': (key: string) => `eval "$(ssh-agent)"; ${commandLine('ssh-add', key)}`,
  'ssh.add-key': (key: string) => commandLine('ssh-add', key),
  'ssh.list-keys': () => 'ssh-add -l',
  'ssh.make-key': (key: string) => commandLine('ssh-keygen', '-t', 'ed25519', '-f', key),
  'ssh.copy-key': (half: string, ...words: string[]) => commandLine('ssh-copy-id', '-i', half, ...words),
  'ssh.try-login': (...words: string[]) => commandLine('ssh', '-o', 'BatchMode=yes', ...words, 'true'),
  'ssh.try-config': (...words: string[]) => commandLine('ssh', ...words, 'true'),
  'ssh.try-verbose': (...words: string[]) => commandLine('ssh', '-v', ...words, 'true'),
  'ssh.show-config': (config: string, host: string) => `ssh -F ${shellQuote(config)} -G ${host}`,
  'ssh.up-again': () => orchestra('up'),
} as const

export type FixName = keyof typeof FIXES

/** The command, as it is printed. */
export function fix<Name extends FixName>(name: Name, ...args: Parameters<(typeof FIXES)[Name]>): string {
  return (FIXES[name] as (...args: Parameters<(typeof FIXES)[Name]>) => string)(...args)
}

/** Where a command begins in a sentence: at its start, behind a mark, behind a variable. Not behind a word as `ssh HOST`. */
const CALL = /(^|[`(;:&\n] ?|TERM=\S+ )orchestra(?= (?:--help|[a-z]+))/g

/** The commands of a message, with the words by which the program was called: pasted, they must reach the same daemon. */
export function asCalled(text: string, program: string): string {
  return program === 'orchestra' ? text : text.replace(CALL, (_, before: string) => `${before}${program}`)
}

/** ssh takes a port behind the name in this form alone. */
function sshWord(destination: string): string {
  return commandLine(/^(?!ssh:).+[^:]:\d+$/.test(destination) ? `ssh://${destination}` : destination)
}

function setAside(dir: string): string {
  return `mkdir -p '${dir}/damaged' && mv '${dir}'/store.* '${dir}/damaged/'`
}
