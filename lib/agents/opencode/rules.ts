/**
 * opencode: its title says nothing; while it works cells `■⬝` stand at the left below the composer, also where a narrow screen
 * tears the words beside them. Drawn from recordings of 1.18.33.
 */
import { paneDead, type RuleSet } from '../../core/status/rules.js'

export const OPENCODE_RULES: RuleSet = {
  type: 'opencode',
  pinned: ['1.18.33'],
  rules: [
    paneDead('opencode'),
    {
      id: 'opencode.exited',
      state: 'exited',
      priority: 100,
      all: [{ in: 'tail:8', matches: 'Continue opencode (?:-s|--session) ses_' }],
      none: [{ in: 'composer', matches: '.' }],
    },
    {
      id: 'opencode.waiting.permission',
      state: 'waiting',
      priority: 96,
      confidence: 0.95,
      all: [{ in: 'dialog', matches: '△ |Permission required|Always allow|Reject permission' }],
      text: [
        { in: 'dialog', matches: '(?:△ )?Permission required (.*?) Allow once' },
        { in: 'dialog', matches: '^(.{1,120})' },
      ],
    },
    {
      id: 'opencode.waiting.question',
      state: 'waiting',
      priority: 95,
      all: [
        {
          in: 'dialog',
          matches:
            '\\besc\\b.{0,12}\\bdismiss\\b|\\benter\\b.{0,12}\\b(?:submit|confirm|select|toggle)\\b|↑↓',
        },
      ],
      text: [
        { in: 'dialog', matches: '([^.?!]*\\?)' },
        { in: 'dialog', matches: '^(.{1,120})' },
      ],
    },
    {
      // It tries again without end; only a person, or time, helps. On a narrow screen cells stand between the words.
      id: 'opencode.limited.retrying',
      state: 'limited',
      priority: 92,
      all: [
        {
          in: 'footer',
          matches:
            '(?:(?:usage|spending|weekly|monthly|daily|session|account)[ ■⬝]limit|\\bquota\\b|limit[ ■⬝]reached|usage[ ■⬝]exceeded|insufficient[ ■⬝](?:credits|balance|funds)).*(?:retrying|attempt #\\d)',
        },
      ],
      none: [{ in: 'footer', matches: '\\brate[ ■⬝]limit' }],
      text: [{ in: 'footer', matches: '[■⬝ ]*([^■⬝ ].*(?:retrying.*\\]|attempt #\\d+\\]?))' }],
      // Not the time of the next try.
      until: [{ in: 'footer', matches: '\\bresets? .{0,60}?\\[' }],
    },
    {
      id: 'opencode.working.cells',
      state: 'working',
      priority: 90,
      confidence: 0.95,
      any: [
        { in: 'footer', matches: '[■⬝]' },
        { in: 'footer', matches: '\\besc\\b.{0,40}\\binterr?(?:upt)?\\b' },
      ],
      text: [{ in: 'footer', matches: '([^■⬝]*retrying .*?\\])' }],
    },
    {
      id: 'opencode.working.retry',
      state: 'working',
      priority: 89,
      all: [{ in: 'footer', matches: 'retrying|attempt #\\d' }],
      text: [{ in: 'footer', matches: '(.*retrying.*)' }],
    },
    {
      // Sent, and its first frame of work is not drawn yet.
      id: 'opencode.working.sent',
      state: 'working',
      priority: 80,
      confidence: 0.7,
      all: [
        { in: 'transcript', matches: '\\S' },
        { in: 'block', matches: '\\S' },
      ],
      none: [{ in: 'status', matches: '▣' }],
    },
    {
      id: 'opencode.error',
      state: 'error',
      priority: 70,
      all: [
        { in: 'block', matches: '\\S' },
        { in: 'status', matches: '▣' },
      ],
      none: [{ in: 'status', matches: '· (?:\\d+h ?)?(?:\\d+m ?)?[\\d.]+m?s\\b|· interrupted' }],
      text: [{ in: 'block', matches: '(.*)' }],
    },
    {
      id: 'opencode.idle',
      state: 'idle',
      priority: 20,
      confidence: 0.85,
      all: [{ in: 'footer', matches: '\\S' }],
    },
  ],
}
