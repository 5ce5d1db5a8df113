import { clusters, displayWidth } from './display-width.js'

/**
 * The text in lines of at most `width` columns: broken at spaces, between wide characters, and inside a word only when
 * the word is longer than a line.
 */
export function wrap(text: string, width: number): string[] {
  const limit = Math.max(2, width)
  const lines: string[] = []
  let line = ''
  let used = 0
  const flush = () => {
    lines.push(line.trimEnd())
    line = ''
    used = 0
  }
  for (const piece of pieces(text)) {
    const columns = displayWidth(piece)
    if (used + displayWidth(piece.trimEnd()) > limit && used > 0) flush()
    if (used === 0 && piece.trim() === '' && lines.length > 0) continue
    if (columns <= limit) {
      line += piece
      used += columns
      continue
    }
    for (const cluster of clusters(piece)) {
      if (used + cluster.width > limit) flush()
      line += cluster.text
      used += cluster.width
    }
  }
  if (line.trimEnd() !== '' || lines.length === 0) flush()
  return lines
}

/** Words with the space after them; each wide character is a word of its own, as Chinese and Japanese want it. */
function pieces(text: string): string[] {
  const out: string[] = []
  let word = ''
  const end = () => {
    if (word !== '') out.push(word)
    word = ''
  }
  let wasWide = false
  for (const { text: char, width } of clusters(text)) {
    const isWide = width === 2
    if (word !== '' && (isWide || wasWide) && !/^[\s、。，．！？」』）]/.test(char)) end()
    word += char
    wasWide = isWide
    if (char === ' ') end()
  }
  end()
  return out
}
