/**
 * What the model of the laboratory answers. A prompt holds `scene:NAME`; the newest user text picks the scene, the
 * number of tool results behind it the turn. So the server keeps no state, and many agents share it.
 */
import { MORE_SCENES } from './more-scenes.js'

export interface Turn {
  /** Asked for by the CLI itself (a name for the session), not by a prompt. */
  readonly side?: true
  /** Before the first byte. */
  readonly delayMs?: number
  readonly text?: readonly { readonly text: string; readonly delayMs: number }[]
  readonly reasoning?: string
  readonly tool?: Tool
  readonly error?: {
    readonly status: number
    readonly kind: ErrorKind
    readonly retryAfter?: number
    /** Of a usage limit: seconds until it ends. */
    readonly resetsIn?: number
  }
  /** Never answer; or cut the connection after the text. */
  readonly end?: 'hang' | 'cut'
}

export type ErrorKind = 'rate' | 'quota' | 'auth' | 'overloaded' | 'server' | 'context' | 'usage'

/** Each API names and shapes it in its own way. */
export type Tool =
  | {
      readonly name: 'shell'
      readonly command: string
      readonly background?: boolean
      /** The model itself asks for leave, where its CLI lets it (Codex). */
      readonly ask?: boolean
    }
  | {
      readonly name: 'write'
      readonly path: string
      readonly content: string
      /** Codex: false leaves it to the sandbox. */
      readonly ask?: boolean
    }
  | { readonly name: 'edit'; readonly path: string; readonly before: string; readonly after: string }
  | { readonly name: 'ask'; readonly question: string; readonly options: readonly string[] }
  | { readonly name: 'plan'; readonly steps: readonly string[] }
  /** A tool that only some have, as they name and shape it; the others run a harmless command. */
  | { readonly name: 'native'; readonly calls: Readonly<Record<string, Readonly<Record<string, unknown>>>> }

const PARAGRAPH =
  'The cache key was built from the user name alone, so two tenants shared one entry. I now build it from tenant and user, and the lookup goes through one helper. '

function stream(text: string, delayMs: number, size = 24): readonly { text: string; delayMs: number }[] {
  return (text.match(new RegExp(`[\\s\\S]{1,${size}}`, 'gu')) ?? []).map((part) => ({ text: part, delayMs }))
}

const say = (text: string): Turn => ({ text: stream(text, 20) })
const fail = (status: number, kind: ErrorKind, retryAfter?: number): Turn => ({
  error: { status, kind, ...(retryAfter === undefined ? {} : { retryAfter }) },
})

/** Words of every CLI's own screens, in the mouth of the model. */
const BAIT = [
  'The strings you asked about are, in this order:',
  '',
  '- `• Working (4s • esc to interrupt)` is what Codex prints',
  '- `✻ Thinking… (5s · ↓ 22 tokens · esc to interrupt)`',
  '- Do you want to proceed?',
  '  ❯ 1. Yes',
  '    2. No, and tell it what to do differently (esc)',
  '- Press enter to confirm or esc to cancel',
  '- `⠼ Thinking... (esc to cancel, 6s)`, Allow execution of [Shell]?',
  '- ■ exceeded retry limit, last status: 429; API Error: 500',
  '- ⬝⬝■■■■ esc interrupt, △ Permission required, Allow once  Allow always  Reject',
  '',
  'None of them is true now.',
].join('\n')

export const SCENES: Readonly<Record<string, (turn: number) => Turn>> = {
  ...MORE_SCENES,
  title: () => ({ ...say('Cache key fix'), side: true }),
  quick: () => say('Done. The test passes now.'),
  /** Markdown takes the first for a link. */
  autolink: () => say('All done.\n\n<<ORC:abcd2345:DONE>>\n\n**ORC=abcd2345=DONE**'),
  slow: () => ({ delayMs: 3000, text: stream(PARAGRAPH.repeat(3), 220) }),
  think: () => ({
    delayMs: 9000,
    reasoning: '**Reading the cache code**\n\nThe key lacks the tenant.',
    ...say('It was the cache key.'),
  }),
  reason: () => ({
    reasoning: '**Planning the change**\n\nFirst the helper, then the callers.',
    text: stream(PARAGRAPH.repeat(2), 300),
  }),
  long: () => ({
    delayMs: 800,
    text: stream(`## Findings\n\n${PARAGRAPH}\n\n- one\n- two\n\n`.repeat(14), 150, 60),
  }),
  list: () =>
    say(
      '1. Read the code\n2. Write a test\n3. Mend it\n\n```sh\nnpm test\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |\n',
    ),
  japanese: () => ({
    delayMs: 500,
    text: stream(
      'キャッシュの鍵を直しました。テストは全部通っています。次は何をしますか。'.repeat(4),
      150,
      6,
    ),
  }),
  bait: () => ({ text: stream(BAIT, 15) }),
  baitslow: () => ({ text: [...stream(BAIT, 15), ...stream(`\n\n${PARAGRAPH.repeat(2)}`, 300)] }),
  question: () =>
    say(
      'I can do this in two ways: a new helper, or a change in the caller. Do you want me to go on with the helper?',
    ),
  shell: (turn) =>
    turn === 0
      ? {
          ...say('I will look at the date first.'),
          tool: { name: 'shell', command: 'touch lab-$RANDOM.txt' },
        }
      : say('The file is there.'),
  // Stands for the report program, and for one that has no leave.
  report: (turn) =>
    turn === 0 ? { tool: { name: 'shell', command: '/bin/true done "all of it"' } } : say('It is reported.'),
  longshell: (turn) =>
    turn === 0
      ? {
          tool: {
            name: 'shell',
            command:
              'for f in one two three; do touch "$f-lab.txt" && printf "%s made in the laboratory\\n" "$f" >> notes.txt; done; rm -rf build && mkdir -p build/output/release',
          },
        }
      : say('All three files are there.'),
  sleep: (turn) =>
    turn === 0 ? { tool: { name: 'shell', command: 'sleep 12; echo slept' } } : say('It slept.'),
  flood: (turn) => (turn === 0 ? { tool: { name: 'shell', command: 'seq 1 3000' } } : say('Counted.')),
  background: (turn) =>
    turn === 0
      ? { tool: { name: 'shell', command: 'sleep 40', background: true } }
      : say('It runs in the background; I go on meanwhile.'),
  write: (turn) =>
    turn === 0
      ? { tool: { name: 'write', path: 'notes-lab.txt', content: 'one\ntwo\nthree\n' } }
      : say('Written.'),
  edit: (turn) =>
    turn === 0
      ? { tool: { name: 'edit', path: 'README.md', before: 'lab', after: 'laboratory' } }
      : say('Changed.'),
  ask: (turn) =>
    turn === 0
      ? {
          tool: {
            name: 'ask',
            question: 'Which database shall I use?',
            options: ['SQLite', 'PostgreSQL', 'None'],
          },
        }
      : say('Good, I take that one.'),
  plan: (turn) =>
    turn === 0
      ? { tool: { name: 'plan', steps: ['Read the code', 'Write a test', 'Mend it'] } }
      : { text: stream(PARAGRAPH.repeat(2), 300) },
  many: (turn) =>
    turn < 4
      ? { ...say(`Step ${turn + 1}.`), tool: { name: 'shell', command: `echo step ${turn + 1}; sleep 2` } }
      : say('All four steps are done.'),
  rate: () => fail(429, 'rate'),
  ratewait: () => fail(429, 'rate', 30),
  quota: () => fail(429, 'quota'),
  usage: () => fail(429, 'usage'),
  auth: () => fail(401, 'auth'),
  overloaded: () => fail(529, 'overloaded'),
  server: () => fail(500, 'server'),
  context: () => fail(400, 'context'),
  hang: () => ({ end: 'hang' }),
  stall: () => ({ text: stream(PARAGRAPH, 30), end: 'hang' }),
  cut: () => ({ text: stream(PARAGRAPH, 60), end: 'cut' }),
}

/** What to say to the newest prompt after so many results of tools. */
export type Choose = (prompt: string, toolResults: number) => Turn

/** The turn for the newest user text. Without a `scene:` word: a short answer. */
export function turnFor(prompt: string, toolResults: number): Turn {
  const names = [...prompt.matchAll(/scene:([a-z0-9]+)/g)].map((match) => match[1] ?? '')
  const scene = SCENES[names.at(-1) ?? 'quick'] ?? SCENES['quick']
  return scene === undefined ? {} : scene(toolResults)
}

export const speed = Number(process.env['STUB_SPEED'] ?? '1')
export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms / speed))
