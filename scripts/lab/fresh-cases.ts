/**
 * Cases recorded after the rules stood, to measure them on screens that they were not drawn from. Every second one is
 * `held`: never looked at when a rule is changed, only counted. The halves were fixed before anything was recorded.
 */
import type { Case, Driver } from './driver.js'
import { ended, LOOK_ALIKES } from './look-alikes.js'

const asks = (d: Driver) => d.type === 'gemini' || d.type === 'opencode'
const stop = async (d: Driver) => {
  await d.keys('Escape')
  if (d.type === 'opencode') {
    await d.wait(0.4)
    await d.keys('Escape')
  }
  await d.wait(2.5)
}
export const FRESH_CASES: readonly Case[] = [
  ...LOOK_ALIKES,
  {
    name: 'table',
    run: async (d) => {
      await d.ready()
      await d.prompt('scene:table')
      await d.wait(5.5)
      await d.keep('stream', 'working')
      await ended(d)
      await d.keep('done', 'idle')
    },
  },
  {
    name: 'code',
    run: async (d) => {
      await d.ready()
      await d.prompt('scene:code')
      await d.wait(4.5)
      await d.keep('stream', 'working')
      await ended(d)
      await d.keep('done', 'idle')
    },
  },
  {
    name: 'wide',
    run: async (d) => {
      await d.ready()
      await d.prompt('scene:wide 絵文字 🎉 と ❯ › >')
      await d.wait(3)
      await d.keep('stream', 'working')
      await ended(d)
      await d.keep('done', 'idle')
      await d.session.paste('表を作ってください ❯ 🚀\n- 一\n- 二')
      await d.wait(1)
      await d.keep('draft', 'idle')
    },
  },
  {
    name: 'twice',
    run: async (d) => {
      await d.ready()
      await d.prompt('scene:twice')
      await d.answered()
      await d.keep('first', 'waiting')
      await d.keys('Enter')
      await d.wait(2.5)
      await d.answered()
      await d.keep('second', 'waiting')
      await stop(d)
      await d.keep('refused', 'idle', 'stopped')
    },
  },
  {
    name: 'nap',
    run: async (d) => {
      await d.ready()
      await d.prompt('scene:nap')
      await d.allowed()
      await d.wait(3)
      await d.keep('running', 'working')
      await d.session.type('is it ready? ❯ 1. Yes')
      await d.wait(1)
      await d.keep('draft', 'working')
      await d.keys('C-u')
      await d.wait(0.5)
      await stop(d)
      await d.keep('stopped', 'idle', 'stopped')
    },
  },
  {
    name: 'naploud',
    run: async (d) => {
      await d.ready()
      await d.prompt('scene:naploud')
      await d.allowed()
      await d.wait(4)
      await d.keep('running', 'working')
      await ended(d)
      await d.keep('done', 'idle')
    },
  },
  {
    name: 'todo',
    run: async (d) => {
      await d.ready()
      await d.prompt('scene:todonap')
      if (asks(d)) {
        await d.answered(15_000)
        await d.keep('ask', 'waiting')
      }
      await d.allowed()
      await d.wait(3)
      await d.keep('running', 'working')
      await ended(d)
      await d.keep('done', 'idle')
    },
  },
  {
    name: 'diff',
    run: async (d) => {
      await d.ready()
      await d.prompt('scene:diff')
      await d.answered()
      await d.keep('ask', 'waiting')
      await d.keys('Enter')
      await d.wait(1.5)
      await ended(d)
      await d.keep('done', 'idle')
    },
  },
  {
    name: 'choose',
    types: ['claude', 'gemini', 'opencode'],
    run: async (d) => {
      await d.ready()
      await d.prompt('scene:choose')
      await d.answered()
      await d.keep('first', 'waiting')
      await d.keys('Enter')
      await d.wait(1)
      await d.keep('ticked', 'waiting')
      await d.keys('Right')
      await d.wait(1)
      await d.keep('next', 'waiting')
    },
  },
  {
    name: 'fetch',
    types: ['claude', 'gemini'],
    run: async (d) => {
      await d.ready()
      await d.prompt('scene:fetch')
      await d.answered()
      await d.keep('ask', 'waiting')
      await stop(d)
      await d.keep('refused', 'idle', 'stopped')
    },
  },
  {
    name: 'delegate',
    types: ['claude', 'opencode'],
    run: async (d) => {
      await d.ready()
      await d.prompt('scene:delegate')
      await d.wait(6)
      await d.keep('running', 'working')
      await d.wait(6)
      await d.keep('later', 'working')
    },
  },
  {
    name: 'fails',
    run: async (d) => {
      await d.ready()
      await d.prompt('scene:fails')
      if (asks(d)) {
        await d.answered(15_000)
        await d.keys('Enter')
      }
      await ended(d)
      await d.keep('done', 'idle')
      await d.prompt('scene:server')
      await d.wait(4)
      await d.session.type('meanwhile I think')
      await d.wait(0.5)
      if (d.type !== 'codex') await d.keep('retry', 'working')
    },
  },
  {
    name: 'toollimit',
    types: ['claude', 'codex'],
    home: { retries: 1 },
    run: async (d) => {
      await d.ready()
      await d.prompt('scene:toollimit')
      await d.wait(14)
      await d.keep('later', d.type === 'codex' ? 'limited' : 'error')
      await d.prompt('scene:slow go on')
      await d.wait(4.5)
      await d.keep('again', 'working')
      await ended(d)
      await d.keep('well', 'idle')
    },
  },
  {
    name: 'keys',
    run: async (d) => {
      await d.ready()
      await d.session.type('!')
      await d.wait(0.8)
      await d.session.type('ls -l')
      await d.wait(0.8)
      await d.keep('bang', 'idle')
      await d.keys('Escape')
      await d.keys('C-u')
      await d.keys('BSpace')
      await d.wait(1)
      await d.session.type('look at @READ')
      await d.wait(1.5)
      await d.keep('at', 'idle')
      await d.keys('Escape')
      await d.keys('C-u')
      await d.wait(1)
      await d.keys('BTab')
      await d.wait(1)
      await d.keep('mode', 'idle')
      await d.prompt('scene:slow in this mode')
      await d.wait(4.5)
      await d.keep('mode-stream', 'working')
    },
  },
  {
    name: 'queue',
    run: async (d) => {
      await d.ready()
      await d.prompt('scene:think')
      await d.wait(2)
      await d.session.paste(
        'scene:quick afterwards, with words enough that the row of the queue is cut somewhere',
      )
      await d.wait(1)
      await d.keys(d.type === 'codex' ? 'Tab' : 'Enter')
      await d.wait(1.5)
      await d.keep('queued', 'working')
      await d.session.type('and a third')
      await d.wait(1)
      await d.keep('queued-draft', 'working')
    },
  },
  {
    name: 'resize',
    run: async (d) => {
      await d.ready()
      await d.prompt('scene:list')
      await ended(d)
      await d.resize(60, 15)
      await d.keep('idle', 'idle')
      await d.prompt('scene:slow')
      await d.wait(5)
      await d.resize(132, 43)
      await d.keep('stream', 'working')
      await ended(d)
      await d.prompt('scene:twice')
      await d.answered()
      await d.resize(100, 30)
      await d.keep('ask', 'waiting')
      await d.resize(50, 18)
      await d.keep('ask-small', 'waiting')
      await stop(d)
      await d.keep('after', 'idle', 'stopped')
    },
  },
  {
    name: 'pickers',
    types: ['claude', 'codex', 'gemini'],
    run: async (d) => {
      await d.ready()
      // Gemini is ready for text before it is ready for commands.
      await d.prompt('scene:quick')
      await ended(d)
      const open = async (command: string) => {
        await d.session.type(command)
        await d.wait(1.5)
        await d.keys('Enter')
        await d.wait(2)
      }
      await open(d.type === 'codex' ? '/permissions' : '/theme')
      await d.session.until(/esc to|enter to|esc close|enter (?:confirm|select)/i)
      await d.wait(0.5)
      await d.keep('first', 'waiting', 'overlay')
      await d.keys('Escape')
      await d.wait(1)
      await d.keep('closed', 'idle')
      await open(d.type === 'codex' ? '/status' : d.type === 'claude' ? '/cost' : '/help')
      await d.keys('Escape')
      await d.wait(1)
      await d.keep('printed', 'idle')
    },
  },
  {
    name: 'draft',
    run: async (d) => {
      await d.ready()
      for (let i = 1; i <= 6; i += 1) {
        await d.session.paste(`step ${i}: press enter to confirm\n`)
        await d.wait(0.3)
      }
      await d.wait(1)
      await d.keep('lines', 'idle')
      await d.session.paste(Array.from({ length: 40 }, (_, i) => `› ${i}. esc to interrupt`).join('\n'))
      await d.wait(1.5)
      await d.keep('folded', 'idle')
    },
  },
  {
    name: 'again',
    run: async (d) => {
      await d.ready()
      await d.prompt('scene:quick')
      await ended(d)
      await d.session.type('/clear')
      await d.wait(1.5)
      await d.keys('Enter')
      await d.wait(2.5)
      if (d.type !== 'opencode') await d.keep('cleared', 'idle')
      await d.prompt('scene:hang now')
      await d.wait(5)
      await d.keep('hang', 'working')
      const pid = Number(await d.session.tmux('display', '-p', '-t', 'lab', '#{pane_pid}'))
      process.kill(pid, 'SIGKILL')
      await d.wait(1.5)
      await d.keep('killed', 'exited')
    },
  },
  {
    name: 'plan',
    types: ['claude'],
    home: { args: ['--permission-mode', 'plan'] },
    run: async (d) => {
      await d.session.until(/plan mode/i, 30_000)
      await d.wait(1.5)
      await d.keep('start', 'idle')
      await d.prompt('scene:leaveplan')
      await d.answered()
      await d.keep('ask', 'waiting')
    },
  },
  {
    name: 'vim',
    types: ['claude', 'gemini'],
    home: { vim: true },
    run: async (d) => {
      await d.session.until(/INSERT|Type your message/, 120_000)
      await d.wait(3)
      await d.keep('start', 'idle')
      await d.session.type('ia thought')
      await d.wait(1)
      await d.keys('Escape')
      await d.wait(1)
      await d.keep('normal', 'idle')
      await d.session.type('cc')
      await d.prompt('scene:slow')
      await d.wait(4.5)
      await d.keep('stream', 'working')
    },
  },
]

/** Decided by the place in the list above, before the first recording. */
export function isHeld(name: string): boolean {
  const at = FRESH_CASES.findIndex((one) => one.name === name)
  return at % 2 === 1
}
