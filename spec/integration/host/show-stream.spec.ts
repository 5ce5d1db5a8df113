/** What the pane of a headless agent shows of a stream: the same that the daemon reads out of it, and nothing that acts. */
import { expect } from 'chai'
import { spawnSync } from 'node:child_process'
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { agentDefinition } from '../../../lib/agents/registry.js'
import { safeLines } from '../../../lib/core/text/safe-lines.js'
import { withTmuxServer } from '../../support/tmux.js'
import { eventually } from '../../support/eventually.js'

const PROGRAM = fileURLToPath(new URL('../../../lib/agents/host/show-stream.sh', import.meta.url))
const STREAMS = fileURLToPath(new URL('../../fixtures/streams/', import.meta.url))
/** Those of them that this machine has. */
const AWKS = [['mawk'], ['gawk'], ['busybox', 'awk'], ['original-awk']].filter(
  ([program, ...args]) => spawnSync(program as string, [...args, 'BEGIN { exit 0 }']).status === 0,
)

for (const [awk = '', ...args] of AWKS) {
  describe(`show-stream.sh with ${[awk, ...args].join(' ')}`, () => {
    let bin: string
    before(() => {
      bin = mkdtempSync(join(tmpdir(), 'orc-awk-'))
      const path = spawnSync('sh', ['-c', `command -v ${awk}`], { encoding: 'utf8' }).stdout.trim()
      if (args.length === 0) symlinkSync(path, join(bin, 'awk'))
      else
        writeFileSync(join(bin, 'awk'), `#!/bin/sh\nexec ${path} ${args.join(' ')} "$@"\n`, { mode: 0o755 })
    })
    after(() => rmSync(bin, { recursive: true }))

    /** What comes out of its FIFO. */
    const show = (stream: string | Buffer): string => {
      const dir = mkdtempSync(join(tmpdir(), 'orc-show-'))
      try {
        writeFileSync(join(dir, 'seat'), `${dir}\nT.1 a \\n title\n`)
        const env = { ...process.env, PATH: `${bin}:/usr/bin:/bin` }
        // The seat stands before anything is shown there: opening waits for it.
        const script =
          'mkfifo "$1/screen"; cat "$1/screen" & exec 6> "$1/screen"; sh "$2" "$1/seat" 6>&-; code=$?; exec 6>&-; wait; exit "$code"'
        const run = spawnSync('sh', ['-c', script, 'sh', dir, PROGRAM], {
          input: stream,
          env,
          timeout: 20_000,
        })
        expect(run.status, run.stderr.toString()).to.equal(0)
        return run.stdout.toString('utf8')
      } finally {
        rmSync(dir, { recursive: true })
      }
    }
    const body = (stream: string | Buffer) => show(stream).split('\n').slice(2).join('\n').trimEnd()

    for (const cli of readdirSync(STREAMS) as ('claude' | 'codex' | 'gemini' | 'opencode')[]) {
      it(`shows what ${cli} prints as the daemon reads it`, () => {
        for (const name of readdirSync(join(STREAMS, cli))) {
          const text = readFileSync(join(STREAMS, cli, name, 'stream.txt'), 'utf8')
          const stream = agentDefinition(cli).headless?.stream()
          const read = text.split('\n').map((line) => stream?.line(line) ?? '')
          const lines = (all: string) =>
            all
              .split('\n')
              .map((line) => line.trim())
              .filter(Boolean)
          const wanted = lines(safeLines(read.join('')))
          // Some CLIs say an error twice.
          const once = wanted.filter((line, i) => !line.startsWith('! ') || wanted.indexOf(line) === i)
          expect(lines(body(text)), `${cli} ${name}`).to.deep.equal(once)
        }
      })
    }

    it('says what it shows, whatever stands in the title', () => {
      expect(show('')).to.equal('\n-- T.1 a \\n title --\n')
    })

    it('lets nothing through that a terminal obeys', () => {
      const text =
        '\u001b]2;owned\u0007\u001b[31mred\u001b[0m \u202eback \u0000\b\u009b2J\u001bPq\u001b\\ 日本 \ud83d\ude00\ttab\r\nsecond'
      const json = JSON.stringify({ type: 'item.completed', item: { type: 'agent_message', text } })
      const escaped = json.replace(
        /[^ -~]/g,
        (c) => `\\u${(c.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
      )
      const surrogates = json.replace(
        /[\u0080-\uffff]/g,
        (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
      )
      for (const one of [json, surrogates, escaped, text.replace('\u0000', '')]) {
        const shown = body(`${one}\n`)
        // oxlint-disable-next-line no-control-regex
        expect(shown).to.not.match(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/)
        expect(shown).to.include('日本').and.include('red back')
      }
    })

    it('takes strings with quotes, braces and backslashes for what they are', () => {
      const text = 'say "{\\"a\\": [1, 2]}" \\ and \\\\" }, ] \\u0041'
      expect(body(JSON.stringify({ type: 'text', part: { text } }))).to.equal(text)
    })

    it('shows broken and odd JSON as it came', () => {
      for (const line of ['{"type":"text","part":', '{]', '{"a":1}}', '[1]', '{"type":"text"} x', '{'])
        expect(body(`${line}\n`)).to.equal(line)
    })

    it('neither chokes on long lines nor lets them fill the screen', () => {
      const long = JSON.stringify({ type: 'text', part: { text: 'x'.repeat(3_000_000) } })
      const tool = JSON.stringify({ type: 'user', message: 'y'.repeat(100_000) })
      const after = JSON.stringify({ type: 'text', part: { text: 'then' } })
      expect(body(`${long}\n${tool}\n${after}\n`)).to.match(/^> \(\d+ KB, not shown\)\nthen$/)
    })
  })
}

describe('the pane of a headless agent', () => {
  it('shows each line as it comes, and does not hold the program up when it is closed', async () => {
    await withTmuxServer(async (sandbox) => {
      const dir = join(sandbox.dir, 'CX-1.start')
      mkdirSync(dir)
      mkdirSync(join(sandbox.dir, 'CX-1.agent'))
      sandbox.run('-f', '/dev/null', 'new-session', '-d', '-s', 'one', '-x', '80', '-y', '24', 'sleep 600')
      const seat = sandbox
        .run(
          'new-window',
          '-d',
          '-P',
          '-F',
          '#{pane_id}',
          `ORCHESTRA_DIR=${dir.replace('.start', '.agent')} exec sh ${PROGRAM.replace('show-stream', 'headless-seat')} CX-1 Codex`,
        )
        .trim()
      const screen = () => sandbox.run('capture-pane', '-p', '-t', seat)
      await eventually(() => expect(screen()).to.include('CX-1: Codex, headless').and.include('No task now.'))
      writeFileSync(join(dir, 'seat'), `${dir}\nT.1 title\n`)
      const done = join(dir, 'done')
      const say = (text: string) => `printf '%s\\n' '${JSON.stringify({ type: 'text', part: { text } })}'`
      const feed = `{ ${say('first')}; until [ -e ${dir}/go ]; do sleep 0.05; done; i=0; while [ $i -lt 3000 ]; do ${say('more')}; i=$((i + 1)); done; } | sh ${PROGRAM} ${dir}/seat; touch ${done}`
      writeFileSync(join(dir, 'feed.sh'), feed)
      sandbox.run('new-window', '-d', `sh ${dir}/feed.sh`)
      await eventually(() => expect(screen()).to.include('-- T.1 title --\nfirst'))
      sandbox.run('send-keys', '-t', seat, 'typed', 'C-c', 'C-d', 'C-s', 'C-z')
      expect(screen()).to.not.include('typed')
      sandbox.run('kill-pane', '-t', seat)
      writeFileSync(join(dir, 'go'), '')
      await eventually(() => readdirSync(dir).includes('done'), 20_000)
    })
  })
})
