/**
 * What a conversation shows that it did not show before. A composer that became smaller uncovers old lines at the top:
 * they are nothing new.
 */
export function addedText(
  before: string,
  after: string,
): { readonly text: string; readonly follows: boolean } {
  const [old, now] = [linesOf(before), linesOf(after)]
  if (old.length === 0) return { text: '', follows: true }
  let [end, longest] = [0, 0]
  for (let at = now.length; at > 0; at -= 1) {
    let same = 0
    while (same < old.length && same < at && old[old.length - 1 - same] === now[at - 1 - same]) same += 1
    // The one goes on where the other ended, or begins within it.
    if ((same === old.length || same === at) && same > longest) [end, longest] = [at, same]
  }
  return { text: now.slice(end).join('\n').trim(), follows: longest > 0 }
}

function linesOf(text: string): string[] {
  const lines = text.split('\n').map((line) => line.trimEnd())
  while (lines.at(-1) === '') lines.pop()
  while (lines[0] === '') lines.shift()
  return lines
}
