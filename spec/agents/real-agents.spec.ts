/**
 * The real CLIs against a model on the loopback: start, deliver, approve, interrupt, fail. Needs the laboratory
 * (`npm run test:agents`); a CLI that is not installed is skipped, loudly.
 */
import { expect } from 'chai'
import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { LaunchContext } from '../../lib/agents/definition.js'
import { agentDefinition } from '../../lib/agents/registry.js'
import type { AgentState } from '../../lib/core/words.js'
import { labHome, labProgram, type HomeOptions, type LabHome, type LabType } from '../../scripts/lab/home.js'
import { startStub, type Stub } from '../../scripts/lab/model-stub.js'
import { labSession, type LabSession } from '../../scripts/lab/session.js'
import { deliverToPane, lookAt, type Delivered } from '../support/deliver-to-pane.js'
import { labPane } from '../support/lab-pane.js'

interface Bench {
  readonly lab: LabHome
  readonly stub: Stub
  readonly session: LabSession
  send(
    text: string,
    more?: { readonly lastPrompt?: string; readonly readyTimeoutMs?: number },
  ): Promise<Delivered>
  readonly state: () => Promise<AgentState>
  readonly reaches: (state: AgentState, timeoutMs?: number) => Promise<void>
  readonly asked: (text: string) => boolean
  /** Until it stands on the screen. */
  readonly shows: (text: string) => Promise<void>
  /** Until the model was asked that. */
  readonly hears: (text: string) => Promise<void>
}

const VERSIONS: Readonly<Record<LabType, string>> = {
  claude: '2.1.329',
  codex: '0.169.0',
  gemini: '0.61.0',
  opencode: '1.18.33',
}

async function withAgent(
  type: LabType,
  options: Omit<HomeOptions, 'urlFor'>,
  use: (bench: Bench) => Promise<void>,
): Promise<void> {
  const definition = agentDefinition(type)
  const version = VERSIONS[type]
  const stub = await startStub()
  const seeded = await labHome(type, { urlFor: stub.urlFor, ...options })
  const agentDir = path.join(seeded.root, 'agent')
  await mkdir(agentDir, { recursive: true })
  const context: LaunchContext = {
    command: seeded.argv,
    // Without a network opencode waits minutes for the package of a plugin: real-hooks.spec.ts gives it that time.
    version: type === 'opencode' ? null : version,
    home: seeded.home,
    cwd: seeded.cwd,
    agentDir,
    startDir: agentDir,
    reportProgram: '/bin/true',
    autoTrust: options.untrusted === true ? [seeded.root] : [],
    resume: null,
    sessionId: '00000000-0000-4000-8000-00000000000a',
  }
  const launch = definition.launch(context)
  for (const edit of launch.files) {
    const text = edit.merge(existsSync(edit.path) ? await readFile(edit.path, 'utf8') : null)
    if (text !== null) await writeFile(edit.path, text, { mode: 0o600 })
  }
  const lab: LabHome = { ...seeded, argv: launch.argv, env: { ...launch.env, ...seeded.env } }
  const session = await labSession(lab, 100, 30)
  const pane = labPane(session)
  const state = async () => (await lookAt(pane, definition, version)).state
  try {
    await use({
      lab,
      stub,
      session,
      state,
      send: (text, more = {}) =>
        deliverToPane(pane, definition, text, { version, readyTimeoutMs: 40_000, ...more }),
      reaches: async (wanted, timeoutMs = 30_000) => {
        const end = Date.now() + timeoutMs
        for (;;) {
          const now = await state()
          if (now === wanted) return
          if (Date.now() > end)
            throw new Error(`${wanted} did not come, ${now} is:\n${(await session.capture()).screen}`)
          await new Promise((resolve) => setTimeout(resolve, 200))
        }
      },
      shows: async (text) => {
        const end = Date.now() + 30_000
        for (;;) {
          const { screen } = await session.capture()
          if (screen.includes(text)) return
          if (Date.now() > end) throw new Error(`${text} did not come:\n${screen}`)
          await new Promise((resolve) => setTimeout(resolve, 100))
        }
      },
      hears: async (text) => {
        const end = Date.now() + 20_000
        while (!stub.requests.some(({ body }) => JSON.stringify(body).includes(text))) {
          if (Date.now() > end) throw new Error(`the model never heard ${text}`)
          await new Promise((resolve) => setTimeout(resolve, 100))
        }
      },
      asked: (text) => stub.requests.some(({ body }) => JSON.stringify(body).includes(text)),
    })
  } finally {
    await session.close()
    await seeded.remove()
    await stub.close()
  }
}

const only = process.env['LAB_TYPES']?.split(',')

for (const type of ['claude', 'codex', 'gemini', 'opencode'] as const) {
  const wanted = only === undefined || only.includes(type)
  const installed = wanted && existsSync(labProgram(type))
  if (wanted && !installed)
    process.stderr.write(`lab: ${type} is not tested: ${labProgram(type)} is not there\n`)
  const suite = installed ? describe : describe.skip

  suite(`the real ${type}`, function () {
    this.timeout(180_000)
    const { answer, delivery } = agentDefinition(type)

    it('starts, takes a prompt, works, ends', () =>
      withAgent(type, {}, async (agent) => {
        const sent = await agent.send('scene:slow one line; with $signs, "quotes" & 日本語')
        expect(sent).to.include({ receipt: 'delivered', reason: null })
        await agent.reaches('working')
        await agent.reaches('idle')
        await agent.hears('日本語')
      }))

    it('takes twenty lines as one prompt, and the next one after it', () =>
      withAgent(type, {}, async (agent) => {
        const lines = Array.from({ length: 20 }, (_, i) => `line ${i + 1} of the request`).join('\n')
        expect((await agent.send(`scene:quick\n${lines}`)).receipt).to.equal('delivered')
        await agent.reaches('idle')
        await agent.hears('line 20 of the request')
        expect((await agent.send('scene:quick the second one')).receipt).to.equal('delivered')
        await agent.reaches('idle')
        await agent.hears('the second one')
      }))

    it('takes twenty kilobytes', () =>
      withAgent(type, {}, async (agent) => {
        const text = `scene:quick ${'all work and no play makes a dull agent '.repeat(500)}the very end`
        expect((await agent.send(text)).receipt).to.equal('delivered')
        await agent.reaches('idle')
        await agent.hears('the very end')
      }))

    it('asks, refuses prompts meanwhile, is approved by its dialog', () =>
      withAgent(type, {}, async (agent) => {
        await agent.send('scene:write')
        await agent.reaches('waiting')
        const refused = await agent.send('not now', { readyTimeoutMs: 1000 })
        expect(refused.receipt).to.equal('refused')
        expect(refused.acts).to.have.length(1)
        const file = path.join(agent.lab.cwd, 'notes-lab.txt')
        for (let i = 0; i < 5 && !existsSync(file); i += 1) {
          const rows = (await agent.session.capture()).styled.split('\n')
          const step = answer(rows, 'approve')
          if (step.type === 'refuse') throw new Error(`${step.reason}\n${rows.join('\n')}`)
          await labPane(agent.session).keys(step.keys)
          await new Promise((resolve) => setTimeout(resolve, 1000))
        }
        await agent.reaches('idle')
        expect(existsSync(file)).to.equal(true)
      }))

    if (type === 'claude' || type === 'gemini')
      it('runs the report program without asking, and nothing else', () =>
        withAgent(type, {}, async (agent) => {
          await agent.send('scene:report')
          await agent.shows('It is reported.')
          await agent.reaches('idle')
          await agent.send('scene:shell')
          await agent.reaches('waiting')
        }))

    it('asks and is denied by its dialog', () =>
      withAgent(type, {}, async (agent) => {
        await agent.send('scene:write')
        await agent.reaches('waiting')
        for (let i = 0; i < 6 && (await agent.state()) === 'waiting'; i += 1) {
          const step = answer((await agent.session.capture()).styled.split('\n'), 'deny')
          if (step.type === 'refuse') throw new Error(step.reason)
          await labPane(agent.session).keys(step.keys)
          await new Promise((resolve) => setTimeout(resolve, 1000))
        }
        await agent.reaches('idle')
        expect(existsSync(path.join(agent.lab.cwd, 'notes-lab.txt'))).to.equal(false)
      }))

    it('is interrupted; the prompt that it puts back does not spoil the next one', () =>
      withAgent(type, {}, async (agent) => {
        await agent.send('scene:hang first words')
        await agent.reaches('working')
        await new Promise((resolve) => setTimeout(resolve, 2000))
        for (const key of delivery.interrupt) {
          await labPane(agent.session).keys([key])
          await new Promise((resolve) => setTimeout(resolve, delivery.interruptPauseMs))
        }
        await agent.reaches('idle')
        const next = await agent.send('scene:quick other words', { lastPrompt: 'scene:hang first words' })
        expect(next).to.include({ receipt: 'delivered' })
        await agent.reaches('idle')
        expect(agent.asked('wordsscene')).to.equal(false)
      }))

    it('leaves a draft of somebody else alone', () =>
      withAgent(type, {}, async (agent) => {
        await agent.reaches('idle', 40_000)
        await new Promise((resolve) => setTimeout(resolve, 1500))
        await agent.session.type('my own thought')
        await agent.session.until(/my own thought/)
        const refused = await agent.send('scene:quick', { readyTimeoutMs: 1500 })
        expect(refused.receipt).to.equal('refused')
        expect((await agent.session.capture()).screen).to.include('my own thought')
      }))

    if (type !== 'opencode') {
      it('is trusted with a directory of auto_trust, without a question', () =>
        withAgent(type, { untrusted: true }, async (agent) => {
          await agent.reaches('idle', 40_000)
          expect((await agent.send('scene:quick')).receipt).to.equal('delivered')
        }))
    }

    it('shows the end of its process', () =>
      withAgent(type, {}, async (agent) => {
        await agent.reaches('idle', 40_000)
        const pid = Number(await agent.session.tmux('display', '-p', '-t', 'lab', '#{pane_pid}'))
        process.kill(pid, 'SIGKILL')
        await agent.reaches('exited')
      }))
  })
}
