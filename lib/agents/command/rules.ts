/**
 * Questions of programs that are not known, by what most of them have in common. Nothing here says that a program works or
 * waits for a prompt: output and silence tell that.
 */
import type { Pattern, Rule } from '../../core/status/rules.js'

const cursor = (matches: string): Pattern => ({ in: 'cursor', matches })
const rows = (where: Pattern['in'], matches: string): Pattern => ({ in: where, matches, rows: true })

/** The last sentence before the cursor, or its row where that is long. */
const SENTENCE: readonly Pattern[] = [
  cursor('(?:^|[.!;] |\\? (?![\\[(]))((?:(?![.!;] |\\? (?![\\[(])).){2,80})$'),
  rows('tail:1', '(.+)'),
]

const BUTTON =
  '<\\s*(?:ok|yes|no|cancel|help|extra|exit|back|next|finish|continue|accept|abort|retry|ignore|save|はい|いいえ|了解|取消)\\s*>'

export const DIALOG_RULES: readonly Rule[] = [
  {
    id: 'any.password',
    state: 'waiting',
    priority: 90,
    all: [
      cursor(
        '(?:pass ?(?:word|phrase|code)|\\bPIN\\b|(?:verification|one-time|security) code|\\bOTP\\b|パスワード|暗証番号).{0,160}[:：?]$',
      ),
    ],
    text: SENTENCE,
  },
  {
    id: 'any.choice',
    state: 'waiting',
    priority: 80,
    confidence: 0.85,
    all: [{ in: 'dialog', matches: '\\S' }],
    text: [{ in: 'dialog', matches: '^(.{2,200}?)(?= [❯›>●▶➤→○◯]? ?1[.)] | [❯›>●▶➤→] )' }],
  },
  {
    id: 'any.yes-no',
    state: 'waiting',
    priority: 70,
    confidence: 0.85,
    any: [
      cursor('[\\[(] ?y(?:es)? ?[/|,] ?(?:[a-z] ?[/|,] ?)*no?\\b[^\\])]{0,60}[\\])].{0,40}$'),
      cursor('\\by(?:es)?/no?\\b\\W{0,3}$'),
      cursor('[\\[(]y[\\])]es\\b.{0,80}[\\[(]n[\\])]o\\b.{0,80}$'),
      cursor('\\((?:[A-Z]/){2,}[A-Z]\\).{0,30}\\?$'),
      rows('tail:4', '\\[y\\] ?\\w.*\\[n\\]'),
    ],
    text: [...SENTENCE, rows('tail:4', '(.*\\[y\\] ?\\w.*\\[n\\].*)')],
  },
  {
    id: 'any.enter',
    state: 'waiting',
    priority: 60,
    confidence: 0.85,
    any: [
      {
        in: 'tail:1',
        matches:
          '(?:press|hit|type|strike|push) (?:the )?["\'<\\[(]*(?:enter|return|any key|a key|space(?: ?bar)?)\\b.{0,80}$',
      },
      rows(
        'tail:1',
        '^(?:--More--.*|\\(END\\)|:|lines \\d+-\\d+(?:/\\d+)?.*|.* \\(press h for help or q to quit\\))$',
      ),
    ],
    text: [
      {
        in: 'tail:1',
        matches: '((?:press|hit|type|strike|push) (?:the )?\\W*(?:enter|return|any|a key|space).{0,80})$',
      },
      rows('tail:1', '(.+)'),
    ],
  },
  {
    id: 'any.buttons',
    state: 'waiting',
    priority: 58,
    confidence: 0.85,
    all: [rows('screen', `^[│┃|x].*?(?:${BUTTON}\\s*){1,4}[│┃|x]`)],
    text: [{ in: 'screen', matches: '^(.{1,200})' }],
  },
  {
    id: 'any.finder',
    state: 'waiting',
    priority: 56,
    confidence: 0.7,
    any: [
      { in: 'tail:30', matches: '(?:^| )\\d+/\\d+(?: \\(\\d+\\))? (?:[^ ]{0,30} ?){0,3}[>❯›](?: \\S*)?$' },
      { in: 'head:30', matches: '[>❯›](?: \\S+)? \\d+/\\d+(?: \\(\\d+\\))? [▌>❯┃|▸]' },
    ],
  },
  {
    id: 'any.editor',
    state: 'waiting',
    priority: 54,
    confidence: 0.7,
    any: [
      rows('tail:2', '^\\^G (?:Get )?Help\\b.*\\^O'),
      rows('tail:3', '^\\^?[YN]{1,2} (?:Yes|No)\\b.*(?:\\^C Cancel)?$'),
      rows(
        'tail:1',
        '^(?:-- (?:INSERT|VISUAL|REPLACE)(?: \\w+)? --|".{1,200}" (?:\\[New\\]|(?:\\[\\w+\\] ?)?\\d+L, \\d+[BC])).*',
      ),
    ],
    text: [rows('tail:3', '(Save .*\\?)'), rows('head:1', '(.+)')],
  },
  {
    id: 'any.asks',
    state: 'waiting',
    priority: 30,
    confidence: 0.7,
    takesText: true,
    any: [
      cursor('[?？](?: ?[\\[(][^\\])]{0,80}[\\])])?[:：]?$'),
      cursor('\\b(?:choice|option|select\\w*|choose|enter|number|pick)\\b.{0,60}[>»]$'),
    ],
    text: SENTENCE,
  },
  {
    id: 'any.field',
    state: 'waiting',
    priority: 20,
    confidence: 0.6,
    takesText: true,
    all: [cursor('[^\\s:：][:：](?: ?\\([^()]{0,80}\\))?$')],
    text: SENTENCE,
  },
]
