/**
 * Records what programs of Debian show while they wait for a person, and what some show while they only stand there:
 * `tsx scripts/lab/record-dialogs.ts [PROGRAM-CASE …]` into spec/fixtures/dialogs/PROGRAM/CASE-COLSxROWS. It wants
 * `apt-get install gh fzf dialog whiptail nano vim-tiny fdisk unzip gpg less sqlite3` and root; nothing is carried out,
 * every program is ended at its question.
 */
import { execFile, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:https'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'

interface Case {
  /** `PROGRAM-WHAT` */
  readonly name: string
  /** A line of sh, run in an empty directory that is also HOME. */
  readonly run: string
  /** Keys that are typed before, each once the screen shows the words. */
  readonly keys?: readonly (readonly [seen: RegExp, keys: readonly string[]])[]
  /** What is on the screen then. */
  readonly seen: RegExp
  /** Whether the program waits for a person, or only stands there. */
  readonly state?: 'waiting' | 'quiet'
}

const SSH = 'ssh -F none -o UserKnownHostsFile=known -o GlobalKnownHostsFile=none -p $SSH_PORT'
const ITEMS = 'printf "%s\\n" apple banana cherry'
const REPO =
  'git init -q . && git config user.email a@b && git config user.name a && echo one > f && git add f && git commit -qm one && echo two >> f'

const CASES: readonly Case[] = [
  {
    name: 'apt-install',
    run: 'apt-get -o Debug::NoLocking=1 install mc 2>/dev/null',
    seen: /Do you want to continue\?/,
  },
  {
    name: 'apt-remove',
    run: 'apt -o Debug::NoLocking=1 remove nano 2>/dev/null',
    seen: /Do you want to continue\?/,
  },
  { name: 'ssh-host-key', run: `${SSH} root@127.0.0.1`, seen: /yes\/no/ },
  {
    name: 'ssh-please-type',
    run: `${SSH} root@127.0.0.1`,
    keys: [[/yes\/no/, ['perhaps', 'Enter']]],
    seen: /Please type/,
  },
  {
    name: 'ssh-password',
    run: `${SSH} -o StrictHostKeyChecking=no -o PreferredAuthentications=password root@127.0.0.1`,
    seen: /password:/,
  },
  {
    name: 'ssh-keygen-key',
    run: 'ssh-keygen -q -t ed25519 -N secret -f key && ssh-keygen -y -f key',
    seen: /passphrase/,
  },
  { name: 'ssh-keygen-file', run: 'ssh-keygen -t ed25519', seen: /Enter file/ },
  { name: 'ssh-keygen-overwrite', run: 'touch key; ssh-keygen -t ed25519 -f key', seen: /Overwrite/ },
  { name: 'ssh-keygen-passphrase', run: 'ssh-keygen -t ed25519 -f key', seen: /Enter passphrase/ },
  { name: 'gh-account', run: 'gh auth login', seen: /What account|Where do you use/ },
  {
    name: 'gh-protocol',
    run: 'gh auth login --hostname github.com',
    seen: /protocol/,
  },
  {
    name: 'gh-credentials',
    run: 'gh auth login --hostname github.com',
    keys: [[/protocol/, ['Enter']]],
    seen: /Y\/n/,
  },
  { name: 'fzf-list', run: `${ITEMS} | fzf`, seen: /3\/3/ },
  { name: 'fzf-reverse', run: `${ITEMS} | fzf --reverse --height 10 --prompt 'Pick> '`, seen: /3\/3/ },
  { name: 'dialog-yesno', run: 'dialog --yesno "Delete all of it?" 7 40', seen: /Delete all/ },
  {
    name: 'dialog-menu',
    run: 'dialog --menu "Which one?" 12 40 3 1 apple 2 banana 3 cherry',
    seen: /Which one/,
  },
  { name: 'dialog-input', run: 'dialog --inputbox "Your name" 8 40', seen: /Your name/ },
  { name: 'dialog-message', run: 'dialog --msgbox "It is done." 7 40', seen: /It is done/ },
  { name: 'whiptail-yesno', run: 'whiptail --yesno "Restart services?" 8 50', seen: /Restart services/ },
  {
    name: 'whiptail-checklist',
    run: 'whiptail --checklist "What to install" 12 50 3 a Apple on b Banana off c Cherry off',
    seen: /What to install/,
  },
  { name: 'python-input', run: `python3 -c 'input("Your name: ")'`, seen: /Your name/ },
  { name: 'python-yes-no', run: `python3 -c 'input("Overwrite the file? [y/N] ")'`, seen: /Overwrite/ },
  { name: 'python-question', run: `python3 -c 'input("Which port shall it use? ")'`, seen: /Which port/ },
  { name: 'python-getpass', run: `python3 -c 'import getpass; getpass.getpass()'`, seen: /Password/ },
  {
    name: 'python-choice',
    run: `python3 -c 'print("1) staging\\n2) production"); input("Choose a target [1-2]: ")'`,
    seen: /Choose a target/,
  },
  { name: 'bash-select', run: `bash -c 'select x in apple banana; do :; done'`, seen: /#\?/ },
  {
    name: 'bash-any-key',
    run: `bash -c 'read -n1 -p "Press any key to continue..."'`,
    seen: /Press any key/,
  },
  {
    name: 'bash-read-enter',
    run: `bash -c 'echo done; read -p "Hit ENTER to go on, or Ctrl-C to stop "'`,
    seen: /Hit ENTER/,
  },
  { name: 'git-add-patch', run: `${REPO} && git add -p`, seen: /Stage this hunk/ },
  { name: 'git-username', run: 'git clone https://127.0.0.1:$HTTPS_PORT/x.git', seen: /Username for/ },
  { name: 'git-clean', run: `${REPO} && touch junk && git clean -i`, seen: /What now/ },
  { name: 'gpg-kind', run: 'gpg --full-generate-key', seen: /Your selection/ },
  { name: 'gpg-name', run: 'gpg --generate-key', seen: /Real name/ },
  {
    name: 'nano-save',
    run: 'nano note',
    keys: [[/New File|\^G/, ['x', 'C-x']]],
    seen: /Save modified buffer/,
  },
  { name: 'nano-open', run: 'nano note', seen: /\^G/ },
  { name: 'vim-open', run: 'echo text > note; vim.tiny note', seen: /1L, 5B|"note"/ },
  { name: 'less-next', run: 'seq 200 | less', keys: [[/23/, ['Space']]], seen: /46/ },
  { name: 'more-file', run: 'seq 200 > numbers; more numbers', seen: /More/ },
  { name: 'man-page', run: 'PAGER=less man tmux', seen: /Manual page/ },
  { name: 'rm-ask', run: 'touch note; rm -i note', seen: /remove/ },
  { name: 'cp-ask', run: 'touch a b; cp -i a b', seen: /overwrite/ },
  {
    name: 'unzip-replace',
    run: `echo a > a; python3 -m zipfile -c a.zip a; unzip a.zip`,
    seen: /replace a\?/,
  },
  { name: 'fdisk-command', run: 'truncate -s 4M disk; fdisk disk', seen: /Command/ },
  { name: 'passwd-new', run: 'passwd root', seen: /[Nn]ew password/ },
  {
    name: 'openssl-request',
    run: 'openssl req -new -newkey rsa:2048 -nodes -keyout k -out r',
    seen: /Country Name/,
  },
  { name: 'npm-init', run: 'npm init', seen: /package name/ },
  {
    name: 'adduser-name',
    run: 'adduser --disabled-password --uid 4242 --home $PWD/x --no-create-home orcnobody',
    seen: /Full Name/,
  },

  { name: 'python-prompt', run: 'python3', seen: />>>/, state: 'quiet' },
  { name: 'bash-prompt', run: 'bash --norc -i', seen: /bash-/, state: 'quiet' },
  { name: 'sqlite-prompt', run: 'sqlite3', seen: /sqlite>/, state: 'quiet' },
  { name: 'python-server', run: 'python3 -u -m http.server 0', seen: /Serving HTTP/, state: 'quiet' },
  {
    name: 'git-log',
    run: `${REPO} && git commit -qam two && git --no-pager log; sleep 1000`,
    seen: /two/,
    state: 'quiet',
  },
  {
    name: 'sh-progress',
    run: `echo 'Step 2/5: compiling'; printf 'Warning: 3 files were skipped:\\n  a\\n  b\\n'; sleep 1000`,
    seen: /skipped/,
    state: 'quiet',
  },
  {
    name: 'sh-vite',
    run: `printf '  VITE v5.0.0  ready in 300 ms\\n\\n  ➜  Local:   http://localhost:5173/\\n  ➜  press h + enter to show help\\n'; sleep 1000`,
    seen: /ready in/,
    state: 'quiet',
  },
]

const exec = promisify(execFile)
const INTO = path.join(import.meta.dirname, '..', '..', 'spec', 'fixtures', 'dialogs')
const [COLS, ROWS] = [80, 24]
const lab = mkdtempSync(path.join(tmpdir(), 'orc-dialogs-'))
const socket = path.join(lab, 'tmux')
const tmux = async (...args: string[]) =>
  (await exec('tmux', ['-S', socket, '-f', '/dev/null', ...args])).stdout

async function record({ name, run, keys = [], seen, state = 'waiting' }: Case): Promise<void> {
  const home = path.join(lab, name)
  mkdirSync(home)
  const env = [
    'env', '-i', `HOME=${home}`, `PATH=${process.env['PATH'] ?? '/usr/bin:/bin'}`, 'TERM=tmux-256color', 'LANG=C.UTF-8',
    `SSH_PORT=${sshPort}`, `HTTPS_PORT=${httpsPort}`, 'GH_NO_UPDATE_NOTIFIER=1', 'GIT_SSL_NO_VERIFY=1',
  ] // prettier-ignore
  const size = ['-x', String(COLS), '-y', String(ROWS)]
  await tmux('new-session', '-d', '-s', name, ...size, '-c', home, ...env, 'sh', '-c', run)
  const target = `=${name}:`
  const steady = async (what: RegExp) => {
    let before = ''
    for (const until = Date.now() + 20_000; Date.now() < until; await sleep(250)) {
      const screen = await tmux('capture-pane', '-p', '-t', target)
      if (what.test(screen) && screen === before) return screen
      before = screen
    }
    throw new Error(`${name}: ${what} did not come; its screen:\n${before}`)
  }
  try {
    for (const [what, typed] of keys) {
      await steady(what)
      await tmux('send-keys', '-t', target, ...typed)
    }
    const screen = await steady(seen)
    const at = await tmux('display-message', '-p', '-t', target, '#{cursor_x} #{cursor_y} #{pane_title}')
    const [, x, y, title = ''] = /^(\d+) (\d+) (.*)$/m.exec(at) ?? []
    const [program = '', ...what] = name.split('-')
    const dir = path.join(INTO, program, `${what.join('-')}-${COLS}x${ROWS}`)
    mkdirSync(dir, { recursive: true })
    const meta = {
      type: 'command',
      version: '',
      title,
      state,
      cols: COLS,
      rows: ROWS,
      cursor: { x: Number(x), y: Number(y) },
    }
    writeFileSync(path.join(dir, 'screen.txt'), screen.replaceAll(home, '/home/me').replaceAll(lab, '/tmp'))
    writeFileSync(path.join(dir, 'meta.json'), `${JSON.stringify(meta, null, 2)}\n`)
    process.stderr.write(`${name}: ${state}\n`)
  } finally {
    await tmux('kill-session', '-t', `=${name}`).catch(() => {})
  }
}

/** Asks for passwords, and accepts none. */
async function startSshd(): Promise<{ readonly port: string; readonly pid: number }> {
  await exec('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', path.join(lab, 'host')])
  const port = '22922'
  const config = path.join(lab, 'sshd.conf')
  writeFileSync(
    config,
    `Port ${port}\nListenAddress 127.0.0.1\nHostKey ${lab}/host\nPidFile none\nUsePAM no\nPasswordAuthentication yes\n`,
  )
  mkdirSync('/run/sshd', { recursive: true })
  const child = spawn('/usr/sbin/sshd', ['-D', '-f', config], { stdio: 'ignore' })
  return { port, pid: child.pid ?? 0 }
}

/** Answers everything with 401. */
async function startHttps(): Promise<string> {
  const [key, cert] = [path.join(lab, 'k.pem'), path.join(lab, 'c.pem')]
  const asked = 'req -x509 -newkey rsa:2048 -nodes -subj /CN=x -days 2'.split(' ')
  await exec('openssl', [...asked, '-keyout', key, '-out', cert])
  const server = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (_, reply) => {
    reply.writeHead(401, { 'WWW-Authenticate': 'Basic realm="git"' }).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return String((server.address() as { port: number }).port)
}

const sshd = await startSshd()
const sshPort = sshd.port
const httpsPort = await startHttps()
let failed = 0
try {
  // The server outlives each session.
  await tmux('new-session', '-d', '-s', 'keeps', 'sleep', '100000')
  const asked = process.argv.slice(2)
  for (const one of CASES.filter(({ name }) => asked.length === 0 || asked.includes(name))) {
    await record(one).catch((error: unknown) => {
      failed += 1
      process.stderr.write(`${String(error)}\n`)
    })
  }
} finally {
  await tmux('kill-server').catch(() => {})
  process.kill(sshd.pid)
  rmSync(lab, { recursive: true, force: true })
}
process.exit(failed === 0 ? 0 : 1)
