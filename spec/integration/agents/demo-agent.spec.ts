/** The demo agent in a real pane: its screens by its rules, its task from task.json, its end by report or marker. */
import { expect } from 'chai'
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { agentDefinition } from '../../../lib/agents/registry.js'
import { findMarkers } from '../../../lib/core/markers/find-markers.js'
import { deliverToPane, lookAt, type Pane } from '../../support/deliver-to-pane.js'
import { eventually } from '../../support/eventually.js'

const run = promisify(execFile)
const demo = agentDefinition('demo')
const SCRIPT = path.join(import.meta.dirname, '..', '..', '..', 'lib', 'agents', 'host', 'demo-agent.sh')

interface Bench {
  readonly dir: string
  readonly pane: Pane
  readonly task: (more?: Record<string, unknown>) => Promise<void>
  readonly reports: () => Promise<readonly string[]>
  readonly state: () => Promise<string>
}

async function withDemo(
  env: Readonly<Record<string, string>>,
  use: (bench: Bench) => Promise<void>,
): Promise<void> {
  const dir = await mkdtemp(path.join(tmpdir(), 'orc-demo-'))
  await mkdir(path.join(dir, 'agent'))
  const report = path.join(dir, 'report.sh')
  await writeFile(report, '#!/bin/sh\necho "$@" >> "$ORCHESTRA_DIR/reports"\n', { mode: 0o755 })
  const socket = path.join(dir, 't')
  const own = {
    PATH: process.env['PATH'] ?? '',
    HOME: dir,
    LANG: 'C.UTF-8',
    TERM: 'xterm-256color',
    TMUX_TMPDIR: dir,
  }
  const tmux = async (...args: string[]) =>
    (await run('tmux', ['-u', '-S', socket, '-f', '/dev/null', ...args], { env: own })).stdout
  const all = { ORCHESTRA_DIR: path.join(dir, 'agent'), ORCHESTRA_REPORT: report, ...env }
  const pane: Pane = {
    capture: async () => {
      const screen = await tmux('capture-pane', '-p', '-J', '-t', 'd')
      const facts = await tmux('display', '-p', '-t', 'd', '#{pane_dead} #{pane_title}')
      return { screen, styled: screen, title: facts.slice(2).trimEnd(), dead: facts.startsWith('1') }
    },
    paste: async (text, bracketed) => {
      await tmux('set-buffer', '-b', 'sent', '--', text)
      await tmux('paste-buffer', ...(bracketed ? ['-p'] : []), '-r', '-d', '-b', 'sent', '-t', 'd')
    },
    keys: async (bytes) => {
      for (const key of bytes) await tmux('send-keys', '-t', 'd', '-H', ...key.split(' '))
    },
  }
  try {
    const words = Object.entries(all).flatMap(([name, value]) => ['-e', `${name}=${value}`])
    await tmux(
      'new-session',
      '-d',
      '-s',
      'd',
      '-x',
      '80',
      '-y',
      '24',
      '-c',
      dir,
      ...words,
      'sh',
      SCRIPT,
      ';',
      'set',
      '-g',
      'remain-on-exit',
      'on',
    )
    await use({
      dir,
      pane,
      task: (more = {}) => {
        const task = {
          task: 'Task-1',
          attempt: 'Task-1.1',
          nonce: 'abcd2345',
          estimate_ms: 1200,
          outputs: [],
          ...more,
        }
        return writeFile(path.join(dir, 'agent', 'task.json'), JSON.stringify(task))
      },
      reports: async () =>
        (await readFile(path.join(dir, 'agent', 'reports'), 'utf8').catch(() => ''))
          .split('\n')
          .filter((line) => line !== ''),
      state: async () => (await lookAt(pane, demo, null)).state,
    })
  } finally {
    await tmux('kill-server').catch(() => undefined)
    await rm(dir, { recursive: true, force: true, maxRetries: 5 })
  }
}

describe('the demo agent', function () {
  it('works on its task, makes its outputs, reports done, is idle again', () =>
    withDemo({}, async ({ dir, pane, task, reports, state }) => {
      await task({ outputs: ['webapp/core/', 'docs/plan.md'] })
      expect((await deliverToPane(pane, demo, 'Plan it\nin two lines; 計画')).receipt).to.equal('delivered')
      await eventually(async () => expect(await state()).to.equal('working'))
      await eventually(async () => expect((await reports()).at(-1)).to.equal('done demo: done'))
      await eventually(async () => expect(await state()).to.equal('idle'))
      expect(await readFile(path.join(dir, 'docs', 'plan.md'), 'utf8')).to.include('Task-1')
      expect(await readFile(path.join(dir, 'webapp', 'core', 'DEMO.md'), 'utf8')).to.include('abcd2345')
    }))

  it('asks for permission and goes on when it is approved', () =>
    withDemo({ DEMO_ASK: '1' }, async ({ pane, task, reports, state }) => {
      await task()
      await deliverToPane(pane, demo, 'go')
      await eventually(async () => expect(await state()).to.equal('waiting'))
      const { rows, verdict } = await lookAt(pane, demo, null)
      expect(verdict.text).to.include('touch demo-Task-1.txt')
      const step = demo.answer(rows, 'approve')
      if (step.type !== 'confirm') throw new Error(JSON.stringify(step))
      await pane.keys(step.keys)
      await eventually(async () => expect((await reports()).at(-1)).to.equal('done demo: done'))
    }))

  it('ends by the marker when it shall', () =>
    withDemo({ DEMO_MARKER: '1' }, async ({ pane, task }) => {
      await task()
      await deliverToPane(pane, demo, 'go')
      await eventually(async () => {
        const found = findMarkers((await pane.capture()).screen).map(({ word }) => word)
        expect(found).to.include('DONE')
      })
    }))

  it('stops at its interrupt key', () =>
    withDemo({ DEMO_HANG: '1' }, async ({ pane, task, state, reports }) => {
      await task()
      await deliverToPane(pane, demo, 'go')
      await eventually(async () => expect(await state()).to.equal('working'))
      await pane.keys(demo.delivery.interrupt)
      await eventually(async () => expect(await state()).to.equal('idle'))
      expect((await reports()).some((line) => line.startsWith('done'))).to.equal(false)
    }))
})
