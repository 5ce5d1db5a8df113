/**
 * Claude Code. The title tells working (a spinner: ◐◑, in older versions ⠂⠐) from not working (✳), but not a question
 * from idle; the dialog stands in the composer's place. Drawn from recordings of 2.1.329 and 2.1.197.
 */
import { paneDead, type RuleSet } from '../../core/status/rules.js'

/** Last rows of its dialogs; only looked for where no composer stands. */
const HINTS =
  '(?:Enter to (?:confirm|select|continue|submit|view|set)|Esc to (?:cancel|exit|go back|close|reject)|Press Enter to|Tab (?:to (?:amend|edit)|/Arrow)|ctrl[-+]g to edit|↑/↓ to (?:select|navigate)|Space to)'

const KEY_HINT = '(?:Esc|Enter|Tab|Space|shift\\+tab|ctrl[-+]\\w|↑/↓) to [a-z]+(?: [a-z]+)?'

export const CLAUDE_RULES: RuleSet = {
  type: 'claude',
  pinned: ['2.1.329', '2.1.197'],
  // `Esc to cancel · Tab to amend`: what Tab does depends on the option.
  chrome: [`${KEY_HINT}(?: · ${KEY_HINT})*`],
  hides: ['^[↑↓] \\d+ more lines?$', '^… \\+\\d+ lines?\\b'],
  rules: [
    paneDead('claude'),
    {
      id: 'claude.exited',
      state: 'exited',
      priority: 100,
      // Versions on the main screen leave their composer standing above it.
      any: [
        { in: 'footer', matches: 'Resume this session with: claude --resume' },
        { in: 'dialog', matches: 'Resume this session with: claude --resume \\S+ ?\\S*$' },
      ],
    },
    {
      id: 'claude.exited.unreachable',
      state: 'exited',
      priority: 99,
      all: [{ in: 'screen', matches: 'Unable to connect to Anthropic services' }],
      none: [{ in: 'composer', matches: '\\S' }],
      text: [{ in: 'screen', matches: 'Unable to connect to Anthropic services' }],
    },
    {
      id: 'claude.onboarding',
      state: 'waiting',
      priority: 96,
      confidence: 0.95,
      any: [
        {
          in: 'dialog',
          matches:
            'Select login method|Quick safety check|Do you trust the files|Detected a custom API key|Choose the (?:text|option) style|text style that looks best|Security notes:|Paste code here|Login successful|Browser didn.t open|Use Claude Code.s terminal setup|Bypass Permissions mode',
        },
      ],
      none: [{ in: 'composer', matches: '\\S' }],
      text: [
        {
          in: 'dialog',
          matches:
            '(Select login method|Quick safety check: [^?]*\\?|Do you trust [^?]*\\?|Detected a custom API key[^?]*\\??|[^.?]*text style[^.?]*)',
        },
      ],
    },
    {
      // The first answer is to wait.
      id: 'claude.limited.menu',
      state: 'limited',
      priority: 96,
      confidence: 0.95,
      asks: true,
      all: [{ in: 'dialog', matches: 'What do you want to do\\? (?:❯ ?)?1\\. Stop and wait' }],
      text: [
        {
          in: 'transcript',
          matches: '.*((?:You.ve (?:hit|reached) your|limit reached).{0,80}\\bresets .{1,60}?)(?: [·❯✻●]|$)',
        },
        {
          in: 'transcript',
          matches: '.*((?:You.ve (?:hit|reached) your .{0,40}limit|limit reached).{0,80})',
        },
        { in: 'dialog', matches: '^(What do you want to do\\?.{1,200})' },
      ],
    },
    {
      id: 'claude.waiting',
      state: 'waiting',
      priority: 95,
      confidence: 0.95,
      all: [{ in: 'dialog', matches: '\\S' }],
      any: [
        { in: 'tail:5', matches: HINTS },
        { in: 'tail:16', matches: '(?:❯|^) ?1\\. (?:Yes|No)\\b' },
        { in: 'dialog', matches: 'Do you want to [^?]*\\? (?:❯ )?1\\.' },
        { in: 'dialog', matches: '❯ \\d+\\. .* \\d+\\. ' },
      ],
      text: [
        // Its advice on how to be asked less is no part of what it asks.
        { in: 'dialog', matches: 'Tip: .{1,200}? below (.*?Do you want to [^?]*\\?)' },
        { in: 'dialog', matches: '^(.*?Do you want to [^?]*\\?)' },
        { in: 'dialog', matches: '^(.*?Would you like to [^?]*\\?)' },
        { in: 'dialog', matches: '([^.?!☐]*\\?) (?:❯ )?1\\.' },
        { in: 'dialog', matches: '^(.{1,120})' },
      ],
    },
    {
      id: 'claude.limited.retrying',
      state: 'limited',
      priority: 92,
      all: [{ in: 'status', matches: '\\b(?:limit|429)\\b.*(?:retrying|resets)' }],
      none: [{ in: 'title', matches: '^✳' }],
      text: [{ in: 'status', matches: '^\\S (.*?)(?: · attempt|$)' }],
    },
    {
      id: 'claude.working.title',
      state: 'working',
      priority: 90,
      confidence: 0.97,
      all: [{ in: 'title', matches: '^[\\u2800-\\u28ff◐◑◒◓◴◵◶◷]' }],
      text: [{ in: 'status', matches: '^\\S (.* · retrying in .*)' }],
    },
    {
      id: 'claude.working.spinner',
      state: 'working',
      priority: 85,
      any: [
        { in: 'status', matches: '^\\S [^()]{2,80}…' },
        { in: 'status', matches: '^\\S .* · retrying in ' },
        { in: 'footer', matches: '\\besc to interrupt\\b' },
      ],
      text: [{ in: 'status', matches: '^\\S (.* · retrying in .*)' }],
    },
    {
      // A status row that tells no end, whatever it says: background agents that are waited for, among others.
      id: 'claude.working.status',
      state: 'working',
      priority: 80,
      confidence: 0.7,
      all: [{ in: 'status', matches: '^\\S \\S' }],
      none: [
        { in: 'status', matches: '^\\S \\S+ for (?:\\d+[dhms] ?)+' },
        { in: 'title', matches: '^✳' },
      ],
    },
    {
      id: 'claude.limited',
      state: 'limited',
      priority: 75,
      all: [
        { in: 'composer', matches: '\\S' },
        {
          in: 'block',
          matches:
            '^(?:[●⏺] |⎿ ?)*(?:You.ve (?:hit|reached) your .{0,40}limit|(?:Claude (?:AI )?)?(?:usage|session|weekly|monthly|5-hour|Opus|Sonnet)(?: usage)? limit (?:reached|·)|Spending cap reached\\b)',
        },
      ],
      text: [{ in: 'block', matches: '^(?:[●⏺] |⎿ ?)*(.*)' }],
    },
    {
      id: 'claude.error',
      state: 'error',
      priority: 70,
      all: [{ in: 'composer', matches: '\\S' }],
      any: [
        {
          in: 'block',
          matches:
            '^(?:[●⏺] |⎿ ?)+(?:API Error|API_ERROR|Invalid API key|Credit balance|OAuth|Not logged in|Please run /login|Context limit reached|Prompt is too long|Unable to connect|Request timed out|Connection error|There.s an issue with)',
        },
        {
          in: 'composer',
          matches: '^[❯>] (?:Resend your message to try again|Once fixed, resend your message)',
        },
        { in: 'footer', matches: 'Not logged in · (?:Please )?run /login' },
      ],
      text: [
        { in: 'block', matches: '^(?:[●⏺] |⎿ ?)+(.*)' },
        { in: 'footer', matches: '(Not logged in[^│]*)' },
      ],
    },
    {
      id: 'claude.idle.title',
      state: 'idle',
      priority: 30,
      confidence: 0.97,
      all: [
        { in: 'title', matches: '^✳' },
        { in: 'composer', matches: '\\S' },
      ],
    },
    {
      id: 'claude.idle.composer',
      state: 'idle',
      priority: 20,
      confidence: 0.85,
      all: [{ in: 'composer', matches: '\\S' }],
    },
  ],
}
