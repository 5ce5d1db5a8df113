/** Scenes for the screens that the rules were not drawn from: look-alikes, quotations, pauses, tools of one CLI only. */
import type { Turn } from './scenes.js'

const part = (text: string, delayMs: number) => ({ text, delayMs })
const lines = (rows: readonly string[], delayMs: number) => rows.map((row) => part(`${row}\n`, delayMs))
const now = (...rows: readonly string[]): Turn => ({ text: lines(rows, 10) })
/** Says this, then nothing for a while, then the end. */
const held = (...rows: readonly string[]): Turn => ({
  text: [...lines(rows, 10), part('\nThat was the last of it.', 9000)],
})

const FENCE = '```'

const CLAUDE_COMPOSER = [
  'This is how the other screen ended:',
  '',
  `${FENCE}text`,
  '● All twelve tests pass.',
  '',
  '✻ Baked for 28s · done 4:00 AM',
  '',
  '─'.repeat(38),
  '❯ ',
  '─'.repeat(38),
  '  ? for shortcuts',
  FENCE,
]

const CODEX_COMPOSER = [
  'The terminal of the colleague showed:',
  '',
  `${FENCE}text`,
  '• I changed the key of the cache.',
  '',
  '  Worked for 10s • 03:53',
  '',
  '› Ask Codex to do anything',
  '',
  '  gpt-5.1-codex default · ~/shop',
  FENCE,
]

const GEMINI_COMPOSER = [
  'And in the third window:',
  '',
  `${FENCE}text`,
  '✦ The key is right now.',
  '',
  ' ? for shortcuts',
  '─'.repeat(36),
  ' Shift+Tab to accept edits',
  '▄'.repeat(36),
  ' >   Type your message or @path/to/file',
  '▀'.repeat(36),
  ' ~/shop   no sandbox   gemini-lab',
  FENCE,
]

const OPENCODE_COMPOSER = [
  'Here is what was left on it:',
  '',
  `${FENCE}text`,
  '  ▣  Build · Lab · 6.6s',
  '',
  '  ┃',
  '  ┃  Ask anything…',
  '  ┃',
  '  ┃  Build  Lab Stub',
  '  ╹▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀',
  '  ~/shop              ctrl+p commands',
  FENCE,
]

const SPINNERS = [
  'Signs of work, one by one:',
  '',
  '• Working (12s • esc to interrupt)',
  '',
  '✽ Pondering… (8s · ↓ 120 tokens · esc to interrupt)',
  '',
  '⠹ Reading the files (esc to cancel, 14s)',
  '',
  '⬝⬝⬝■■■■■  esc interrupt',
]

const MENU = [
  'The dialog asked this:',
  '',
  'Do you want to make this edit to cache.ts?',
  '❯ 1. Yes',
  '  2. Yes, and do not ask again',
  '  3. No, and tell me what to do differently (esc)',
  '',
  'Enter to select · Esc to cancel',
]

const ERRORS = [
  'In the log stand three kinds of failure:',
  '',
  '■ You have hit your usage limit. Try again at 3:15 PM.',
  '',
  '⎿  API Error: 529 overloaded_error',
  '',
  '✕ [API Error: You exceeded your quota, resets in 4h]',
  '',
  'Please run /login · Invalid API key',
]

const TABLE = [
  '| file | what it keeps | how long | who reads it |',
  '|---|---|---|---|',
  ...Array.from(
    { length: 9 },
    (_, i) =>
      `| lib/cache/part-${i + 1}.ts | entries of tenant ${i + 1} | ${i + 2} minutes | the lookup, the sweeper |`,
  ),
]

const CODE = [
  'The whole helper:',
  '',
  `${FENCE}ts`,
  ...Array.from(
    { length: 45 },
    (_, i) =>
      `export const key${i} = (tenant: string, user: string) => \`\${tenant}/${i}/\${user}\` // > one`,
  ),
  FENCE,
]

const WIDE = [
  '## 結果 📦',
  '',
  '- 🚀 キャッシュの鍵を直しました — ✅ テスト 12 件',
  '- مرحبا بالعالم، هذا سطر من اليمين إلى اليسار',
  '- ｆｕｌｌｗｉｄｔｈ ＞ › ❯ and e\u0301 combining',
  '> a quotation that ends with an arrow ❯',
]

const shell = (command: string): Turn => ({ tool: { name: 'shell', command } })

export const MORE_SCENES: Readonly<Record<string, (turn: number) => Turn>> = {
  claudetail: () => now(...CLAUDE_COMPOSER),
  codextail: () => now(...CODEX_COMPOSER),
  geminitail: () => now(...GEMINI_COMPOSER),
  opencodetail: () => now(...OPENCODE_COMPOSER),
  claudeheld: () => held(...CLAUDE_COMPOSER),
  codexheld: () => held(...CODEX_COMPOSER),
  geminiheld: () => held(...GEMINI_COMPOSER),
  opencodeheld: () => held(...OPENCODE_COMPOSER),
  spinnertail: () => now(...SPINNERS),
  menutail: () => now(...MENU),
  menuheld: () => held(...MENU),
  errortail: () => now(...ERRORS),
  errorheld: () => held(...ERRORS),
  table: () => ({ text: [...lines(TABLE, 250), part('\nThat is the table.', 6000)] }),
  code: () => ({ text: [...lines(CODE, 60), part('\nThat is all.', 4000)] }),
  wide: () => ({ text: [...lines(WIDE, 100), part('\n以上です。', 5000)] }),
  twice: (turn) =>
    turn < 2 ? shell(`touch twice-${turn + 1}.txt; rm -f old-${turn + 1}.txt`) : now('Both are there.'),
  nap: (turn) => (turn === 0 ? shell('echo begun; sleep 25; echo rested') : now('Rested.')),
  naploud: (turn) =>
    turn === 0
      ? shell('for i in 1 2 3 4 5 6 7 8; do echo "test $i of 8 passed (esc to interrupt)"; sleep 2; done')
      : now('All eight pass.'),
  fails: (turn) => (turn === 0 ? shell('ls /nowhere/at-all') : now('There is no such place.')),
  toollimit: (turn) => (turn === 0 ? shell('ls') : { error: { status: 429, kind: 'usage' } }),
  todonap: (turn) =>
    turn === 0
      ? {
          tool: {
            name: 'plan',
            steps: [
              'Read every caller of the cache',
              'Write a test that fails',
              'Mend the key',
              'Run it all ❯ 1. Yes',
            ],
          },
        }
      : turn === 1
        ? shell('sleep 22')
        : now('Done with the first.'),
  diff: (turn) =>
    turn === 0
      ? {
          tool: {
            name: 'write',
            path: 'dialog.txt',
            content: 'Do you want to proceed?\n❯ 1. Yes\n  2. No\nesc to interrupt\n✻ Thinking… (3s)\n',
          },
        }
      : now('It is written.'),
  choose: (turn) =>
    turn === 0
      ? {
          tool: {
            name: 'native',
            calls: {
              claude: {
                name: 'AskUserQuestion',
                input: {
                  questions: [
                    {
                      question: 'Which parts shall I change in this first round of the work on the cache?',
                      header: 'Parts',
                      multiSelect: true,
                      options: ['Keys', 'Sweeper', 'Lookup', 'Metrics'].map((label) => ({
                        label,
                        description: `The ${label.toLowerCase()} of the cache, with its tests and its documentation`,
                      })),
                    },
                    {
                      question: 'How careful?',
                      header: 'Care',
                      multiSelect: false,
                      options: ['Very', 'Hardly'].map((label) => ({ label, description: label })),
                    },
                  ],
                },
              },
              opencode: {
                name: 'question',
                input: {
                  questions: [
                    {
                      question: 'Which parts shall I change in this first round of the work on the cache?',
                      header: 'Parts',
                      multiple: true,
                      options: ['Keys', 'Sweeper', 'Lookup'].map((label) => ({
                        label,
                        description: `The ${label}`,
                      })),
                    },
                    {
                      question: 'How careful?',
                      header: 'Care',
                      options: ['Very', 'Hardly'].map((label) => ({ label, description: label })),
                    },
                  ],
                },
              },
              gemini: {
                name: 'ask_user',
                args: {
                  questions: [
                    {
                      question: 'Which parts shall I change in this first round of the work on the cache?',
                      header: 'Parts',
                      type: 'choice',
                      multiSelect: true,
                      options: ['Keys', 'Sweeper', 'Lookup'].map((label) => ({
                        label,
                        description: `The ${label}`,
                      })),
                    },
                    { question: 'What shall it be called?', header: 'Name', type: 'text' },
                  ],
                },
              },
            },
          },
        }
      : now('Good.'),
  fetch: (turn) =>
    turn === 0
      ? {
          tool: {
            name: 'native',
            calls: {
              claude: {
                name: 'WebFetch',
                input: { url: 'https://example.com/notes', prompt: 'What does it say?' },
              },
              opencode: { name: 'webfetch', input: { url: 'https://example.com/notes', format: 'text' } },
              gemini: { name: 'web_fetch', args: { prompt: 'Read https://example.com/notes and tell' } },
            },
          },
        }
      : now('It says nothing.'),
  delegate: (turn) =>
    turn === 0
      ? {
          tool: {
            name: 'native',
            calls: {
              claude: {
                name: 'Agent',
                input: {
                  description: 'Look at callers',
                  prompt: 'scene:hang look',
                  subagent_type: 'general-purpose',
                },
              },
              opencode: {
                name: 'task',
                input: {
                  description: 'Look at callers',
                  prompt: 'scene:hang look',
                  subagent_type: 'general',
                },
              },
            },
          },
        }
      : now('They looked.'),
  leaveplan: (turn) =>
    turn === 0
      ? {
          tool: {
            name: 'native',
            calls: {
              claude: { name: 'ExitPlanMode', input: { plan: '# Plan\n\n1. Read\n2. Test\n3. Mend\n' } },
            },
          },
        }
      : now('As you wish.'),
}
