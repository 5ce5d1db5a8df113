/**
 * Codex: its title tells working (a braille spinner) and waiting (`Action Required`) without a miss; the screen hides
 * the work while the answer streams. Drawn from recordings of 0.169.0.
 */
import { paneDead, type RuleSet } from '../../core/status/rules.js'

export const CODEX_RULES: RuleSet = {
  type: 'codex',
  pinned: ['0.169.0'],
  hides: ['^[↑↓]$', '^(?:…|\\[…) \\+?\\d+ (?:more )?lines?\\b'],
  rules: [
    paneDead('codex'),
    {
      id: 'codex.exited',
      state: 'exited',
      priority: 100,
      all: [
        {
          in: 'tail:8',
          matches: 'To continue this session, run:? ?codex resume|^codex resume [0-9a-f-]{8,}$',
        },
      ],
      none: [
        { in: 'composer', matches: '\\S' },
        { in: 'dialog', matches: '\\S' },
      ],
    },
    {
      id: 'codex.onboarding',
      state: 'waiting',
      priority: 96,
      confidence: 0.95,
      any: [
        { in: 'screen', matches: 'Sign in with ChatGPT.*(?:API key|Device Code)' },
        { in: 'screen', matches: 'Finish signing in via your browser' },
        {
          in: 'dialog',
          matches:
            '(?:Do you )?trust (?:this folder|the contents|the files)|Hooks? need review|Update available',
        },
      ],
      none: [{ in: 'composer', matches: '\\S' }],
      text: [
        { in: 'screen', matches: 'Sign in with ChatGPT|Finish signing in[^.]*' },
        { in: 'dialog', matches: '([^.?!]*\\?)' },
      ],
    },
    {
      id: 'codex.waiting.dialog',
      state: 'waiting',
      priority: 95,
      confidence: 0.95,
      all: [{ in: 'dialog', matches: '\\S' }],
      text: [
        { in: 'dialog', matches: '(Would you like to [^?]*\\?.*?) (?:› )?1\\. ' },
        { in: 'dialog', matches: '([^.?!]*\\?)' },
        { in: 'dialog', matches: '^(.{1,120})' },
      ],
    },
    {
      id: 'codex.waiting.title',
      state: 'waiting',
      priority: 94,
      confidence: 0.85,
      all: [{ in: 'title', matches: '^\\[ ?[!.] ?\\] ?Action Required' }],
      // The title is late: a question that was answered makes room for the composer first.
      none: [{ in: 'composer', matches: '^[›!]' }],
      text: [{ in: 'tail:12', matches: '([^.?!]*\\?)' }],
    },
    {
      id: 'codex.working.title',
      state: 'working',
      priority: 90,
      confidence: 0.97,
      all: [{ in: 'title', matches: '^[\\u2800-\\u28ff]' }],
      text: [{ in: 'status', matches: '^[•◦] (Reconnecting.*)' }],
    },
    {
      id: 'codex.working.status',
      state: 'working',
      priority: 85,
      all: [{ in: 'status', matches: 'esc to interrupt' }],
      text: [{ in: 'status', matches: '^[•◦] (Reconnecting.*)' }],
    },
    {
      id: 'codex.working.startup',
      state: 'working',
      priority: 84,
      all: [{ in: 'status', matches: '^Waiting for startup' }],
      text: [{ in: 'status', matches: '^(Waiting for startup)' }],
    },
    {
      id: 'codex.limited',
      state: 'limited',
      priority: 72,
      any: [
        { in: 'block', matches: '^■ ?(?:You.ve hit your|You have hit your) [a-z -]{0,30}limit' },
        {
          in: 'block',
          matches:
            '^■.*\\blimit\\b.*\\b(?:try again|resets?|available again)\\b.{0,40}(?:\\bat\\b|\\bin\\b|\\bon\\b|\\d)',
        },
      ],
      text: [{ in: 'block', matches: '^■ ?(.*)' }],
    },
    {
      id: 'codex.error',
      state: 'error',
      priority: 70,
      all: [{ in: 'block', matches: '^■' }],
      none: [
        { in: 'block', matches: '^■ (?:Conversation interrupted|Tell the model what to do differently)' },
      ],
      text: [{ in: 'block', matches: '^■ ?(.*)' }],
    },
    {
      id: 'codex.idle.ended',
      state: 'idle',
      priority: 30,
      confidence: 0.95,
      all: [{ in: 'composer', matches: '^[›!]' }],
      any: [
        {
          in: 'block',
          // At its very end: an answer may quote it.
          matches:
            '\\bWorked for <?(?:\\d+[dhms] ?)+(?:[•·] ?[\\d:]+(?: ?[AP]M)?)?$|^■ (?:Conversation interrupted|Tell the model)',
        },
        // Nothing has been asked yet.
        { in: 'transcript', matches: '^(?!.*[›•■✗]).*OpenAI Codex' },
      ],
    },
    {
      id: 'codex.idle.title',
      // Older ones set no title: it is that of the host, and says nothing of the work.
      versions: '>=0.117',
      state: 'idle',
      priority: 20,
      confidence: 0.85,
      all: [
        { in: 'composer', matches: '^[›!]' },
        { in: 'title', matches: '\\S' },
      ],
    },
    // Without a title an answer that streams and one that has ended look alike: that is left unknown.
  ],
}
