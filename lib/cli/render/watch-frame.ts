/**
 * One screen drawn over the last: only lines that changed are written, each from its first column to a cleared end, so
 * that nothing flickers and an unchanged screen costs no byte.
 */
export function watchFrame(
  before: readonly string[],
  text: string,
  rows: number,
): { out: string; lines: string[] } {
  const lines = text.trimEnd().split('\n').slice(0, Math.max(1, rows))
  let out = ''
  for (let row = 0; row < Math.max(lines.length, before.length); row++) {
    if (lines[row] !== before[row]) out += `\u001b[${row + 1};1H\u001b[K${lines[row] ?? ''}`
  }
  return { out, lines }
}
