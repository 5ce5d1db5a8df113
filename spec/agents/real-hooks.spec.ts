/**
 * The real CLIs tell their state by their own hooks, beside whatever the person has, and go on with their own
 * conversation after their process was killed. Needs the laboratory (`npm run test:agents`).
 */
import { expect } from 'chai'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { HookState, Launch } from '../../lib/agents/definition.js'
import { agentDefinition } from '../../lib/agents/registry.js'
import type { AgentState } from '../../lib/core/words.js'
import { labHome, labProgram, type LabHome } from '../../scripts/lab/home.js'
import { startStub, type Stub } from '../../scripts/lab/model-stub.js'
import { labSession, sleep, type LabSession } from '../../scripts/lab/session.js'
import { deliverToPane } from '../support/deliver-to-pane.js'
import { eventually } from '../support/eventually.js'
import { labPane } from '../support/lab-pane.js'

const VERSIONS = { claude: '2.1.329', codex: '0.169.0', opencode: '1.18.33' } as const
type Hooked = keyof typeof VERSIONS
/** A heavy CLI on a loaded machine. */
const ROOM_MS = 150_000

interface Rig {
  readonly lab: LabHome
  readonly stub: Stub
  /** Starts it as the daemon does; `resume`: as after a reboot. */
  readonly start: (resume?: string) => Promise<Running>
}

interface Running {
  readonly session: LabSession
  readonly launch: Launch
  readonly send: (text: string) => Promise<void>
  readonly said: (state: AgentState) => Promise<HookState>
  /** Its process alone, as a machine that goes down would: no word of it. */
  readonly kill: () => Promise<void>
}

async function withRig(type: Hooked, use: (rig: Rig) => Promise<void>): Promise<void> {
  const definition = agentDefinition(type)
  const version = VERSIONS[type]
  const stub = await startStub()
  const lab = await labHome(type, { urlFor: stub.urlFor })
  const agentDir = path.join(lab.root, 'run dir', 'A-1.agent')
  await mkdir(agentDir, { recursive: true })
  const open: LabSession[] = []
  const start = async (resume: string | null = null): Promise<Running> => {
    const launch = definition.launch({
      command: lab.argv,
      version,
      home: lab.home,
      cwd: lab.cwd,
      agentDir,
      startDir: agentDir,
      reportProgram: '/bin/true',
      autoTrust: [],
      resume,
      sessionId: '00000000-0000-4000-8000-00000000000b',
    })
    for (const edit of launch.files) {
      const text = edit.merge(existsSync(edit.path) ? await readFile(edit.path, 'utf8') : null)
      if (text !== null) await writeFile(edit.path, text, { mode: 0o600 })
    }
    const env = { ...launch.env, ...lab.env, ORCHESTRA_DIR: agentDir, ORCHESTRA_AGENT: 'A-1' }
    const session = await labSession({ ...lab, argv: launch.argv, env }, 100, 30)
    open.push(session)
    return {
      session,
      launch,
      send: async (text) => {
        const pane = labPane(session)
        const sent = await deliverToPane(pane, definition, text, { version, readyTimeoutMs: ROOM_MS })
        // What arrived the hooks tell; a loaded machine may not show it in the time of a receipt.
        expect(sent.receipt).to.not.equal('refused')
      },
      said: (state) =>
        eventually(async () => {
          const { event, payload } = JSON.parse(await readFile(path.join(agentDir, 'hook.json'), 'utf8')) as {
            event: string
            payload: unknown
          }
          const said = definition.hookState(event, payload)
          if (said?.state === state) return said
          throw new Error(`${state} was not said, but ${event}:\n${(await session.capture()).screen}`)
        }, ROOM_MS),
      kill: () => session.close(),
    }
  }
  try {
    await use({ lab, stub, start: (resume) => start(resume ?? null) })
  } finally {
    for (const session of open) await session.close()
    await lab.remove()
    await stub.close()
  }
}

/** A hook of the person's own for the end of a turn, which Codex has been told to trust before. */
async function ownHook(lab: LabHome): Promise<string> {
  const mark = path.join(lab.root, 'own-hook')
  const command = `touch ${mark}`
  const hook = { type: 'command', command, timeout: 5 }
  const file = path.join(lab.home, '.codex', 'hooks.json')
  await writeFile(file, JSON.stringify({ hooks: { Stop: [{ hooks: [hook] }] } }))
  const identity = { event_name: 'stop', hooks: [{ async: false, command, timeout: 5, type: 'command' }] }
  const trusted = createHash('sha256').update(JSON.stringify(identity)).digest('hex')
  const config = path.join(lab.home, '.codex', 'config.toml')
  const state = `\n[hooks.state."${file}:stop:0:0"]\ntrusted_hash = "sha256:${trusted}"\n`
  await writeFile(config, (await readFile(config, 'utf8')) + state)
  return mark
}

const heard = (stub: Stub, ...texts: readonly string[]) =>
  stub.requests.some(({ body }) => texts.every((text) => JSON.stringify(body).includes(text)))

const only = process.env['LAB_TYPES']?.split(',')

for (const type of Object.keys(VERSIONS) as Hooked[]) {
  const wanted = only === undefined || only.includes(type)
  const installed = wanted && existsSync(labProgram(type))
  if (wanted && !installed)
    process.stderr.write(`lab: ${type} is not tested: ${labProgram(type)} is not there\n`)
  const suite = installed ? describe : describe.skip

  suite(`the hooks of the real ${type}`, function () {
    this.timeout(600_000)

    it('tell working, idle and a question, without a question of their own', () =>
      withRig(type, async ({ start }) => {
        const agent = await start()
        await agent.send('scene:slow please')
        await agent.said('working')
        const { session } = await agent.said('idle')
        expect(session).to.match(/^[\w-]{20,}$/)
        await agent.send('scene:write')
        expect(await agent.said('waiting'))
          .to.have.property('text')
          .that.matches(/notes-lab/)
        // The word comes before the dialog is drawn, and keys before it takes them are lost.
        await agent.session.until(/1\. Yes|Allow once/, ROOM_MS)
        await sleep(1500)
        await agent.session.keys('Enter')
        await agent.said('idle')
      }))

    it('tell the last message as the model wrote it, which the screen draws in another way', () =>
      withRig(type, async ({ start }) => {
        const agent = await start()
        await agent.send('scene:autolink')
        const { message } = await agent.said('idle')
        expect(message).to.include('<<ORC:abcd2345:DONE>>').and.include('**ORC=abcd2345=DONE**')
      }))

    it('name the conversation that goes on after its process was killed', () =>
      withRig(type, async ({ stub, start }) => {
        const first = await start()
        await first.send('scene:quick the first words were plums')
        const { session } = await first.said('idle')
        await first.kill()
        const second = await start(session ?? 'none')
        expect(heard(stub, 'plums', 'and then pears')).to.equal(false)
        await second.send('scene:quick and then pears')
        expect((await second.said('idle')).session).to.equal(session)
        expect(heard(stub, 'plums', 'and then pears')).to.equal(true)
      }))
  })
}

const codex = existsSync(labProgram('codex')) && (only === undefined || only.includes('codex'))
;(codex ? describe : describe.skip)('the hooks of a person in Codex', function () {
  this.timeout(600_000)

  it('go on beside ours, and no file of theirs knows of ours', () =>
    withRig('codex', async ({ lab, start }) => {
      const mark = await ownHook(lab)
      const agent = await start()
      await agent.send('scene:quick')
      await agent.said('idle')
      await eventually(() => existsSync(mark), ROOM_MS)
      const dir = path.join(lab.home, '.codex')
      for (const name of await readdir(dir)) {
        if (!/\.(?:toml|json)$/.test(name)) continue
        const text = await readFile(path.join(dir, name), 'utf8')
        expect(text, name).to.not.match(/session-flags|A-1\.agent/)
      }
    }))

  it('tell an interrupted turn', () =>
    withRig('codex', async ({ start }) => {
      const agent = await start()
      await agent.send('scene:hang')
      await agent.said('working')
      await agent.session.until(/Working \(/, ROOM_MS)
      await agent.session.keys('Escape')
      await agent.said('idle')
    }))
})
