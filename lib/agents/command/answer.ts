/** Yes or no to the question of a program that is not known. What wants words, or shows no selection, a person answers there. */
import { answerOptions, parseOptions, type AnswerStep } from '../../core/delivery/answer-dialog.js'
import { KEY } from '../../core/delivery/profile.js'
import { fold, screenRows, trimScreen } from '../../core/status/fold.js'
import { lastParagraph } from '../../core/status/segment.js'
import { dialogSegments } from './segments.js'

const WHOLE_WORDS = /[[(] ?yes ?[/|,]|\byes\/no\b|'yes'/iu
const ONE_LETTER = /[[(] ?y ?[/|,]|\by\/n\b|[[(]y[\])]es\b/iu
/** Nothing is awaited but a key. */
const SINGLE_KEY = /\[y\] ?\w.*\[n\]/iu
const ANY_KEY = /(?:press|hit|type|strike|push) (?:the )?\W*(?:enter|return|any key|a key)\b/iu

export function answerAny(captured: readonly string[], answer: 'approve' | 'deny'): AnswerStep {
  const rows = trimScreen(screenRows(captured.join('\n')))
  const { dialog } = dialogSegments(rows)
  if (dialog.length > 0)
    return answerOptions(parseOptions(dialog), answer, { forward: KEY.down, back: KEY.up })
  const asked = fold(lastParagraph(rows).slice(-8))
  const yes = answer === 'approve'
  if (SINGLE_KEY.test(asked))
    return { type: 'confirm', keys: [hex(yes ? 'y' : 'n')], option: yes ? 'y' : 'n' }
  if (WHOLE_WORDS.test(asked)) return typed(yes ? 'yes' : 'no')
  if (ONE_LETTER.test(asked)) return typed(yes ? 'y' : 'n')
  if (yes && ANY_KEY.test(asked)) return { type: 'confirm', keys: [KEY.enter], option: 'Enter' }
  return { type: 'refuse', reason: `nothing on its screen says what ${yes ? 'yes' : 'no'} is` }
}

function typed(word: string): AnswerStep {
  return { type: 'confirm', keys: [hex(word), KEY.enter], option: word }
}

function hex(ascii: string): string {
  return Array.from(ascii, (letter) => letter.charCodeAt(0).toString(16)).join(' ')
}
