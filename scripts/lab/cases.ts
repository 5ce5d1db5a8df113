/** What is recorded of every CLI. The state is known from the scene and the moment, never from the classifier. */
import type { Case, Driver } from './driver.js'

const twentyLines = Array.from(
  { length: 20 },
  (_, i) => `line ${i + 1} of a long request about the cache`,
).join('\n')

/** Codex runs harmless commands in its sandbox, Claude knows them for harmless. */
const asks = (d: Driver) => d.type === 'gemini' || d.type === 'opencode'

/** Approves what the CLI asks for with its preselected answer; only where that is known to be yes. */
const approve = (d: Driver) => d.keys('Enter')

export const CASES: readonly Case[] = [
  {
    name: 'start',
    run: async (d) => {
      await d.ready()
      await d.snap('idle', 'idle')
      await d.session.type('look at the cache')
      await d.wait(1)
      await d.snap('draft', 'idle')
      await d.keys('C-u')
      await d.session.paste(twentyLines)
      await d.wait(1.2)
      await d.snap('pasted', 'idle')
    },
  },
  {
    name: 'slash',
    run: async (d) => {
      await d.ready()
      await d.session.type('/')
      await d.wait(1.5)
      await d.snap('popup', 'idle')
      await d.session.type('model')
      await d.wait(1.5)
      await d.keys('Enter')
      await d.wait(2)
      if (d.type !== 'opencode') await d.snap('model', 'waiting')
    },
  },
  {
    name: 'slow',
    run: async (d) => {
      await d.ready()
      await d.prompt('scene:slow please')
      await d.wait(1.5)
      await d.snap('wait', 'working')
      await d.wait(3)
      await d.snap('stream', 'working')
      await d.session.type('and then')
      await d.wait(1)
      await d.snap('stream-draft', 'working')
      await d.answered()
      await d.snap('done-draft', 'idle')
    },
  },
  {
    name: 'quick',
    run: async (d) => {
      await d.ready()
      await d.prompt('scene:quick')
      await d.wait(1)
      await d.answered()
      await d.snap('done', 'idle')
      await d.prompt('scene:question')
      await d.wait(1)
      await d.answered()
      await d.snap('question', 'idle')
      await d.prompt('scene:list')
      await d.wait(1)
      await d.answered()
      await d.snap('list', 'idle')
      await d.prompt('scene:slow')
      await d.wait(4.5)
      await d.snap('second', 'working')
    },
  },
  {
    name: 'queue',
    types: ['claude', 'gemini', 'opencode'],
    run: async (d) => {
      await d.ready()
      await d.prompt('scene:think')
      await d.wait(2)
      await d.prompt('scene:quick afterwards')
      await d.wait(1.5)
      await d.snap('queued', 'working')
    },
  },
  {
    name: 'think',
    run: async (d) => {
      await d.ready()
      await d.prompt('scene:think')
      await d.wait(6)
      await d.snap('before', 'working')
      await d.wait(4.2)
      await d.snap('reasoning', 'working')
      await d.answered()
      await d.snap('done', 'idle')
    },
  },
  {
    name: 'long',
    run: async (d) => {
      await d.ready()
      await d.prompt('scene:long')
      await d.wait(3)
      await d.snap('early', 'working')
      await d.wait(2)
      await d.snap('late', 'working')
      await d.answered()
      await d.snap('done', 'idle')
    },
  },
  {
    name: 'japanese',
    run: async (d) => {
      await d.ready()
      await d.prompt('scene:japanese 日本語でお願いします')
      await d.wait(2.5)
      await d.snap('stream', 'working')
      await d.answered()
      await d.snap('done', 'idle')
    },
  },
  {
    name: 'bait',
    run: async (d) => {
      await d.ready()
      await d.prompt('scene:bait')
      await d.wait(1)
      await d.answered()
      await d.snap('done', 'idle')
      await d.prompt('scene:baitslow')
      await d.wait(3.5)
      await d.snap('stream', 'working')
    },
  },
  {
    name: 'shell',
    run: async (d) => {
      await d.ready()
      await d.prompt('scene:shell')
      await d.answered()
      await d.snap('ask', 'waiting')
      await d.keys('Down')
      await d.wait(0.8)
      await d.snap('ask-second', 'waiting')
      await d.keys('Up')
      await d.wait(0.5)
      await approve(d)
      await d.wait(1.5)
      await d.answered()
      await d.snap('done', 'idle')
      await d.prompt('scene:longshell')
      await d.answered()
      await d.snap('long-ask', 'waiting')
      await d.keys('Escape')
      await d.wait(1.5)
      await d.answered()
      await d.snap('denied', 'idle')
    },
  },
  {
    name: 'write',
    run: async (d) => {
      await d.ready()
      await d.prompt('scene:write')
      await d.answered()
      await d.snap('ask', 'waiting')
      await approve(d)
      await d.wait(1.5)
      await d.answered()
      await d.snap('done', 'idle')
    },
  },
  {
    name: 'question',
    types: ['claude', 'opencode', 'gemini'],
    run: async (d) => {
      await d.ready()
      await d.prompt('scene:ask')
      await d.answered()
      await d.snap('ask', 'waiting')
      await d.keys('Down')
      await d.wait(0.8)
      await d.snap('ask-second', 'waiting')
    },
  },
  {
    name: 'tools',
    run: async (d) => {
      await d.ready()
      await d.prompt('scene:many')
      if (!asks(d)) {
        await d.wait(3)
        await d.snap('many', 'working')
      } else {
        await d.answered()
        await d.snap('many-ask', 'waiting')
        await approve(d)
        await d.wait(1.6)
        await d.snap('running', 'working')
      }
    },
  },
  {
    name: 'sleep',
    run: async (d) => {
      await d.ready()
      await d.prompt('scene:sleep')
      await d.answered()
      if (asks(d)) {
        await d.snap('ask', 'waiting')
        await approve(d)
        await d.wait(2)
      }
      await d.wait(2)
      await d.snap('running', 'working')
      await d.wait(5)
      await d.snap('running-later', 'working')
    },
  },
  {
    name: 'background',
    types: ['codex', 'claude'],
    run: async (d) => {
      await d.ready()
      await d.prompt('scene:background')
      await d.wait(4)
      if (/Do you want/.test((await d.session.capture()).screen)) {
        await approve(d)
        await d.wait(2)
      }
      await d.answered()
      await d.snap('done', 'idle')
    },
  },
  {
    name: 'plan',
    run: async (d) => {
      await d.ready()
      await d.prompt('scene:plan')
      await d.wait(3)
      await d.snap('stream', 'working')
      await d.answered()
      await d.snap('done', 'idle')
    },
  },
  {
    name: 'interrupt',
    run: async (d) => {
      await d.ready()
      await d.prompt('scene:slow')
      await d.wait(5.5)
      await d.keys('Escape')
      if (d.type === 'opencode') {
        await d.wait(0.4)
        await d.keys('Escape')
      }
      await d.wait(2.5)
      await d.snap('streaming', 'idle')
      await d.prompt('scene:hang')
      await d.wait(4)
      await d.snap('hang', 'working')
      await d.wait(8)
      await d.snap('hang-later', 'working')
      await d.keys('Escape')
      if (d.type === 'opencode') {
        await d.wait(0.4)
        await d.keys('Escape')
      }
      await d.wait(2.5)
      await d.snap('silent', 'idle')
    },
  },
  ...(['rate', 'quota', 'usage', 'auth', 'overloaded', 'server', 'context'] as const).map((scene): Case => ({
    name: scene,
    // How it ends; Gemini retries longer than a recording lasts.
    types: ['claude', 'codex', 'gemini', 'opencode'],
    home: { retries: 1 },
    run: async (d) => {
      await d.ready()
      await d.prompt(`scene:${scene}`)
      await d.wait(15)
      await d.snap('later', end(d, scene))
    },
  })),
  ...(['overloaded', 'server', 'auth', 'ratewait'] as const).map((scene): Case => ({
    name: `retry-${scene}`,
    types: ['claude', 'codex', 'opencode'],
    run: async (d) => {
      await d.ready()
      await d.prompt(`scene:${scene}`)
      await d.wait(4)
      const seen = await d.session.capture()
      const retries = /retrying|attempt|Reconnecting|interrupt/i.test(seen.screen.replace(/\s+/g, ' '))
      await d.snap('early', retries ? 'working' : 'error')
    },
  })),
  {
    name: 'cut',
    home: { retries: 1 },
    run: async (d) => {
      await d.ready()
      await d.prompt('scene:stall')
      await d.wait(5)
      await d.snap('stall', 'working')
    },
  },
  {
    name: 'exit',
    run: async (d) => {
      await d.ready()
      await d.prompt('scene:quick')
      await d.wait(1)
      await d.answered()
      await d.session.type(d.type === 'opencode' ? '/exit' : '/quit')
      await d.wait(1.5)
      await d.keys('Enter')
      await d.wait(3)
      await d.snap('quit', 'exited')
    },
  },
  {
    name: 'untrusted',
    types: ['claude', 'codex', 'gemini'],
    home: { untrusted: true },
    run: async (d) => {
      await d.session.until(/trust|safety/i, 30_000)
      await d.wait(1)
      await d.snap('dialog', 'waiting')
      await d.keys('Down')
      await d.wait(0.7)
      await d.snap('dialog-second', 'waiting')
    },
  },
  {
    name: 'bare',
    types: ['codex', 'gemini'],
    home: { bare: true, noKey: true },
    run: async (d) => {
      await d.wait(6)
      await d.snap('first', 'waiting')
      await d.keys('Enter')
      await d.wait(3)
      await d.snap('second', 'waiting')
    },
  },
  {
    name: 'nokey',
    types: ['claude', 'gemini'],
    home: { noKey: true },
    run: async (d) => {
      await d.wait(d.type === 'gemini' ? 9 : 5)
      if (d.type === 'gemini') {
        await d.snap('start', 'waiting')
        return
      }
      await d.prompt('scene:quick')
      await d.wait(4)
      await d.snap('after', 'error')
    },
  },
]

/** Gemini asks what to do when the daily limit is reached. */
const end = (d: Driver, scene: string) => {
  if (d.type === 'gemini' && scene === 'quota') return 'waiting'
  if (d.type === 'codex' && scene === 'usage') return 'limited'
  // It makes its context smaller and goes on.
  if (d.type === 'opencode' && scene === 'context') return 'idle'
  return ENDS[d.type]?.includes(scene) === true ? 'error' : 'working'
}

/** Scenes after which the turn has ended in an error within fifteen seconds, with one retry allowed. */
const ENDS: Readonly<Record<string, readonly string[]>> = {
  claude: ['rate', 'quota', 'usage', 'auth', 'overloaded', 'server', 'context'],
  codex: ['rate', 'quota', 'usage', 'auth', 'overloaded', 'server', 'context'],
  gemini: ['auth', 'context', 'quota'],
  opencode: ['auth'],
}
