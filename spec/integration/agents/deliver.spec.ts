/** The delivery machine and the real rules on a real pane, against a program that misbehaves on order. */
import { expect } from 'chai'
import { execFile, spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { agentDefinition } from '../../../lib/agents/registry.js'
import { eventually } from '../../support/eventually.js'
import { deliverToPane, lookAt, type Delivered, type Pane } from '../../support/deliver-to-pane.js'
import type { FakeTuiOrders, FakeTuiRecord } from '../../support/fake-tui.js'

const run = promisify(execFile)
const fake = agentDefinition('claude')
const ROOT = path.join(import.meta.dirname, '..', '..', '..')

interface Bench {
  readonly pane: Pane
  readonly send: (text: string, readyTimeoutMs?: number) => Promise<Delivered>
  readonly records: () => Promise<readonly FakeTuiRecord[]>
  readonly prompts: () => Promise<readonly string[]>
  readonly tmux: (...args: string[]) => Promise<string>
}

async function withFake(
  orders: FakeTuiOrders,
  use: (bench: Bench) => Promise<void>,
  argv?: readonly string[],
): Promise<void> {
  const dir = await mkdtemp(path.join(tmpdir(), 'orc-fake-'))
  const log = path.join(dir, 'log.jsonl')
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: dir,
    TMUX_TMPDIR: dir,
    LANG: 'C.UTF-8',
    TERM: 'xterm-256color',
  }
  const socket = path.join(dir, 't')
  const tmux = async (...args: string[]) =>
    (await run('tmux', ['-u', '-S', socket, '-f', '/dev/null', ...args], { env })).stdout
  const load = (text: string) =>
    new Promise<void>((resolve, reject) => {
      const child = spawn('tmux', ['-S', socket, 'load-buffer', '-b', 'sent', '-'], {
        env,
        stdio: ['pipe', 'ignore', 'ignore'],
      })
      child.once('close', (code) => (code === 0 ? resolve() : reject(new Error(`load-buffer ${code}`))))
      child.stdin.end(text)
    })
  const pane: Pane = {
    capture: async () => {
      const [screen, styled, facts] = await Promise.all([
        tmux('capture-pane', '-p', '-t', 'f'),
        tmux('capture-pane', '-p', '-e', '-t', 'f'),
        tmux('display', '-p', '-t', 'f', '#{pane_dead} #{pane_title}'),
      ])
      return { screen, styled, title: facts.slice(2).trimEnd(), dead: facts.startsWith('1') }
    },
    paste: async (text, bracketed) => {
      await load(text)
      await tmux('paste-buffer', ...(bracketed ? ['-p'] : []), '-r', '-d', '-b', 'sent', '-t', 'f')
    },
    keys: async (bytes) => {
      for (const key of bytes) await tmux('send-keys', '-t', 'f', '-H', ...key.split(' '))
    },
  }
  let lastPrompt: string | undefined
  const records = async () =>
    (await readFile(log, 'utf8').catch(() => ''))
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as FakeTuiRecord)
  try {
    await tmux(
      'new-session',
      '-d',
      '-s',
      'f',
      '-x',
      '80',
      '-y',
      '24',
      '-e',
      `FAKE_TUI=${JSON.stringify(orders)}`,
      '-e',
      `FAKE_TUI_LOG=${log}`,
      '-c',
      ROOT,
      ...(argv ?? [process.execPath, '--import', 'tsx', 'spec/support/fake-tui.ts']),
      ';',
      'set',
      '-g',
      'remain-on-exit',
      'on',
    )
    await use({
      pane,
      tmux,
      records,
      prompts: async () =>
        (await records()).flatMap((record) => (record.type === 'prompt' ? [record.text] : [])),
      send: (text, readyTimeoutMs = 10_000) => {
        const last = lastPrompt === undefined ? {} : { lastPrompt }
        lastPrompt = text
        return deliverToPane(pane, fake, text, { readyTimeoutMs, file: path.join(dir, 'prompt.md'), ...last })
      },
    })
  } finally {
    await tmux('kill-server').catch(() => undefined)
    await rm(dir, { recursive: true, force: true, maxRetries: 5 })
  }
}

const LONG = Array.from({ length: 40 }, (_, i) => `line ${i} “quoted” $HOME; 日本語`).join('\n')

describe('delivery into a pane', function () {
  it('arrives whole, once, whatever it contains', () =>
    withFake({}, async ({ send, prompts }) => {
      const text = `${LONG}\nand a ; at the end;`
      expect((await send(text)).receipt).to.equal('delivered')
      expect(await prompts()).to.deep.equal([text])
    }))

  it('waits for a program that starts slowly', () =>
    withFake({ startMs: 2500 }, async ({ send, prompts }) => {
      expect((await send('first')).receipt).to.equal('delivered')
      expect(await prompts()).to.deep.equal(['first'])
    }))

  it('recovers a swallowed Enter with one more, and reports a second loss', () =>
    withFake({ swallowEnters: 3 }, async ({ send, prompts, records }) => {
      const lost = await send('again and again')
      expect(lost.receipt).to.equal('unconfirmed')
      expect(await prompts()).to.deep.equal([])
      // The text still stands there: the next try of the same prompt only needs its Enter.
      expect((await send('again and again')).receipt).to.equal('delivered')
      expect(await prompts()).to.deep.equal(['again and again'])
      const bytes = (await records())
        .flatMap((record) => (record.type === 'bytes' ? [record.hex] : []))
        .join('')
      expect(bytes.match(/616761696e20616e6420616761696e/g)).to.have.length(1)
    }))

  it('knows a folded paste for its own', () =>
    withFake({ foldAbove: 100 }, async ({ send, prompts }) => {
      expect((await send(LONG)).receipt).to.equal('delivered')
      expect(await prompts()).to.deep.equal([LONG])
    }))

  it('waits out a TUI that takes a quick Enter for a newline', () =>
    withFake({ burstMs: 120 }, async ({ send, prompts }) => {
      expect((await send('not too fast')).receipt).to.equal('delivered')
      expect(await prompts()).to.deep.equal(['not too fast'])
    }))

  it('presses no Enter into a dialog that opens under its hands', () =>
    withFake({ dialogOnTextMs: 0 }, async ({ send, records }) => {
      expect((await send('innocent text')).receipt).to.equal('refused')
      expect((await records()).filter(({ type }) => type !== 'bytes')).to.deep.equal([])
    }))

  it('goes on when the dialog closes in time', () =>
    withFake({ dialogOnTextMs: 1200 }, async ({ send, prompts, records }) => {
      expect((await send('patient text')).receipt).to.equal('delivered')
      expect(await prompts()).to.deep.equal(['patient text'])
      expect((await records()).some(({ type }) => type === 'answer')).to.equal(false)
    }))

  it('leaves a person’s draft untouched', () =>
    withFake({ draft: 'half a thought' }, async ({ send, records, pane }) => {
      await eventually(async () => (await pane.capture()).screen.includes('half a thought'))
      expect(await send('mine', 1500)).to.include({
        receipt: 'refused',
        reason: 'somebody else’s text stands in its composer',
      })
      expect(await records()).to.deep.equal([])
      expect((await pane.capture()).screen).to.include('half a thought')
    }))

  it('sees an answer that comes at once', () =>
    withFake({ instant: true }, async ({ send }) => {
      expect((await send('quick one')).receipt).to.equal('delivered')
    }))

  it('does not say delivered when nothing on the screen shows it', () =>
    withFake({ deaf: true }, async ({ send }) => {
      expect((await send('anybody there')).receipt).to.equal('unconfirmed')
    }))

  it('is not confused by redraws and a flood', () =>
    withFake({ redrawMs: 15, flood: 400, workMs: 1500 }, async ({ send, prompts, pane }) => {
      expect((await send('in the storm')).receipt).to.equal('delivered')
      expect(await prompts()).to.deep.equal(['in the storm'])
      expect((await lookAt(pane, fake, null)).state).to.be.oneOf(['working', 'idle'])
    }))

  it('reports a program that ends on the prompt', () =>
    withFake({ exitOnPrompt: 3 }, async ({ send, prompts, pane }) => {
      expect((await send('last words')).receipt).to.equal('unconfirmed')
      expect(await prompts()).to.deep.equal(['last words'])
      expect((await lookAt(pane, fake, null)).state).to.equal('exited')
    }))
})
