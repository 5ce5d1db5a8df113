/** Answers the dialog that a segmenter finds on the screen; the conversation above it is not read. */
import { answerDialog, type AnswerStep } from '../core/delivery/answer-dialog.js'
import { screenRows, trimScreen } from '../core/status/fold.js'
import type { Segmenter } from '../core/status/segment.js'

export function answerSegment(
  segment: Segmenter,
): (rows: readonly string[], answer: 'approve' | 'deny') => AnswerStep {
  return (rows, answer) => {
    const { dialog } = segment(trimScreen(screenRows(rows.join('\n'))))
    if (dialog.length === 0) return { type: 'refuse', reason: 'no question stands on its screen' }
    return answerDialog(dialog, answer)
  }
}
