/** The demo agent prints downwards: its composer, spinner or question is what stands last. */
import { NO_SEGMENTS, lastParagraph, type Segmenter } from '../../core/status/segment.js'

export const demoSegments: Segmenter = (rows) => {
  const last = rows.at(-1) ?? ''
  const question = rows.findLastIndex((row) => row.startsWith('Do you want to '))
  if (last.startsWith('Enter to confirm') && question !== -1) {
    const dialog = rows.slice(question)
    const options = dialog.findIndex((row) => /^[❯ ] 1\. /u.test(row))
    const subject = dialog.slice(1, options === -1 ? 1 : options)
    return { ...NO_SEGMENTS, dialog, subject, transcript: rows.slice(0, question) }
  }
  if (/^[⠋⠙⠹⠸] /u.test(last)) return { ...NO_SEGMENTS, status: [last], transcript: rows.slice(0, -1) }
  const start = rows.findLastIndex((row) => row === '❯' || row.startsWith('❯ '))
  if (start === -1) return { ...NO_SEGMENTS, transcript: rows, block: lastParagraph(rows) }
  const transcript = rows.slice(0, start)
  return {
    ...NO_SEGMENTS,
    composer: rows.slice(start),
    composerAt: start,
    transcript,
    block: lastParagraph(transcript),
  }
}
