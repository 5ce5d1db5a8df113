/**
 * Free text as the value of a user option that a format shows: one line, without control characters, and with `#`
 * doubled, because what a format leaves behind is read once more for styles (`#[fg=red]`).
 */
export function formatText(text: string, limit = 200): string {
  const clean = text.replace(/[\x00-\x1f\x7f-\x9f\u2028\u2029]+/g, ' ')
  return Array.from(clean).slice(0, limit).join('').replaceAll('#', '##')
}
