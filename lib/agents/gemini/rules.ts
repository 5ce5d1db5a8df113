/**
 * Gemini CLI: its title tells working (✦, or a thought behind it), waiting (✋) and the rest (◇ Ready), but says Ready
 * during onboarding. It retries without a word, and answers 429 with silence. Drawn from recordings of 0.61.0.
 */
import { paneDead, type RuleSet } from '../../core/status/rules.js'

export const GEMINI_RULES: RuleSet = {
  type: 'gemini',
  pinned: ['0.61.0'],
  hides: ['^\\.\\.\\. (?:(?:first|last) )?\\d+ (?:lines? )?hidden\\b'],
  rules: [
    paneDead('gemini'),
    {
      id: 'gemini.exited',
      state: 'exited',
      priority: 100,
      all: [{ in: 'tail:40', matches: 'Agent powering down\\. Goodbye!|To resume this session:? ' }],
      none: [
        { in: 'composer', matches: '\\S' },
        { in: 'title', matches: '^[✦⏲✋]' },
      ],
    },
    {
      id: 'gemini.onboarding',
      state: 'waiting',
      priority: 96,
      confidence: 0.95,
      any: [
        {
          in: 'tail:40',
          matches:
            'Do you trust (?:the files|this folder)|How would you like to authenticate|Enter Gemini API Key|Waiting for auth|Please visit the following URL|Enter the authorization code|Get started Sign in|Select Auth Method',
        },
      ],
      none: [
        { in: 'composer', matches: '^[>!*] +\\S' },
        { in: 'title', matches: '^[✦⏲]' },
      ],
      text: [
        {
          in: 'tail:40',
          matches:
            '(Do you trust [^?]*\\?|How would you like to authenticate[^?]*\\?|Enter Gemini API Key|Waiting for auth[^.]*)',
        },
      ],
    },
    {
      // It asks with any title. To stop is to wait: what tries on meets the same limit.
      id: 'gemini.limited.menu',
      state: 'limited',
      priority: 96,
      confidence: 0.95,
      asks: true,
      all: [
        {
          in: 'dialog',
          matches:
            '\\b(?:usage|quota|daily|rate) limit reached\\b|\\blimit reached for\\b|quota (?:exhausted|exceeded)',
        },
        { in: 'dialog', matches: '● ?\\d\\. ' },
        { in: 'dialog', matches: '\\d\\. Stop\\b' },
      ],
      text: [
        { in: 'dialog', matches: '^(.*?) ▲?\\s*●?\\s*1\\.\\s' },
        { in: 'dialog', matches: '^(.{1,200})' },
      ],
    },
    {
      id: 'gemini.waiting.title',
      state: 'waiting',
      priority: 95,
      confidence: 0.97,
      all: [{ in: 'title', matches: '^✋' }],
      text: [
        { in: 'dialog', matches: '^Answer Questions (.*?) ▲?\\s*●?\\s*1\\.\\s' },
        { in: 'dialog', matches: '^\\? (\\S.*?) [●○]? ?1\\. ' },
        { in: 'dialog', matches: '^(.{1,120})' },
      ],
    },
    {
      // A choice while the title still says Working: the daily limit.
      id: 'gemini.waiting.choice',
      state: 'waiting',
      priority: 92,
      confidence: 0.9,
      all: [
        { in: 'dialog', matches: '●?\\s*1\\.\\s.*●?\\s*2\\.\\s' },
        { in: 'dialog', matches: '●\\s*\\d\\.\\s' },
      ],
      none: [{ in: 'dialog', matches: '^[⊷✓✔xo?] ' }],
      text: [
        { in: 'dialog', matches: '^(?:Answer Questions )?(.*?) ▲?\\s*●?\\s*1\\.\\s' },
        { in: 'dialog', matches: '^(.{1,120})' },
      ],
    },
    {
      id: 'gemini.working.title',
      state: 'working',
      priority: 90,
      confidence: 0.97,
      all: [{ in: 'title', matches: '^[✦⏲]' }],
    },
    {
      id: 'gemini.waiting.dialog',
      state: 'waiting',
      priority: 88,
      confidence: 0.9,
      all: [{ in: 'dialog', matches: '● ?(?:\\d+\\. )?\\S' }],
      text: [
        { in: 'dialog', matches: '\\? (\\S.*?) ● ?1\\. ' },
        { in: 'dialog', matches: '^(.{1,120})' },
      ],
    },
    {
      id: 'gemini.waiting.keys',
      state: 'waiting',
      priority: 87,
      confidence: 0.85,
      all: [
        {
          in: 'dialog',
          matches:
            '\\((?:Press|Use) (?:Enter|Esc|Tab)|Press (?:Enter|Esc) to|Enter to (?:submit|select|confirm)|Esc to (?:cancel|close)',
        },
      ],
      text: [{ in: 'dialog', matches: '^(.{1,120})' }],
    },
    {
      id: 'gemini.working.status',
      state: 'working',
      priority: 85,
      any: [
        { in: 'status', matches: '\\(esc to cancel\\b' },
        // Before 0.26 without a blank behind it.
        { in: 'status', matches: '^[\\u2800-\\u28ff]' },
        // A command of the model that has the terminal for itself.
        { in: 'status', matches: '^! .*\\(Tab to focus\\)' },
      ],
    },
    {
      id: 'gemini.working.spinner',
      state: 'working',
      priority: 84,
      all: [{ in: 'tail:2', rows: true, matches: '^[\\u2800-\\u28ff](?:\\s|$)' }],
    },
    {
      id: 'gemini.working.tool',
      state: 'working',
      priority: 75,
      confidence: 0.7,
      all: [{ in: 'transcript', rows: true, matches: '^│ ⊷ ' }],
    },
    {
      id: 'gemini.starting',
      state: 'starting',
      priority: 80,
      all: [{ in: 'block', matches: '^ℹ Initializing\\.\\.\\. Prompts will be queued' }],
    },
    {
      id: 'gemini.limited',
      state: 'limited',
      priority: 72,
      all: [
        { in: 'composer', matches: '^[>!*]' },
        {
          in: 'block',
          matches: '^[✕ℹ⚠].*(?:limit|quota)\\b.*(?:reset|try again|available again|retry)[^.]{0,30}\\d',
        },
      ],
      none: [{ in: 'block', matches: '\\[API Error' }],
      text: [{ in: 'block', matches: '^\\S (.*)' }],
    },
    {
      id: 'gemini.error',
      state: 'error',
      priority: 70,
      all: [
        { in: 'composer', matches: '^[>!*]' },
        // The hint stands below the error, and alone where the error has scrolled off.
        { in: 'block', matches: '^(?:[✕✖] |ℹ This request failed)' },
      ],
      text: [
        { in: 'block', matches: '^[✕✖] ?(.*)' },
        { in: 'block', matches: '^ℹ (.*)' },
      ],
    },
    {
      id: 'gemini.idle.title',
      state: 'idle',
      priority: 30,
      confidence: 0.97,
      all: [
        { in: 'title', matches: '^◇' },
        { in: 'composer', matches: '^[>!*]' },
      ],
    },
    {
      // Drawn in a way that is not known: the title is believed where a footer stands, and no question.
      id: 'gemini.idle.ready',
      state: 'idle',
      priority: 25,
      confidence: 0.8,
      all: [
        { in: 'title', matches: '^◇ +Ready' },
        { in: 'tail:8', matches: '(?:^| )[>!*] .*(?:\\bsandbox\\b|/model\\b|\\bworkspace \\()' },
      ],
      none: [{ in: 'dialog', matches: '● ?(?:\\d+\\. )?\\S|\\(Press |Esc to ' }],
    },
    {
      id: 'gemini.idle.composer',
      state: 'idle',
      priority: 20,
      confidence: 0.85,
      all: [{ in: 'composer', matches: '^[>!*]' }],
    },
  ],
}
