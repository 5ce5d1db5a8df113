/** A marker in everything that a model's Markdown may put around it; each with a code of its own, to tell them apart. */

export const MARKER_STYLES = {
  plain: (marker: string) => marker,
  list: (marker: string) => `- ${marker}`,
  numbered: (marker: string) => `1. ${marker}`,
  quote: (marker: string) => `> ${marker}`,
  bold: (marker: string) => `**${marker}**`,
  backticks: (marker: string) => `\`${marker}\``,
  block: (marker: string) => `\`\`\`\n${marker}\n\`\`\``,
  sentence: (marker: string) => `Everything that was asked for is there: ${marker}`,
} as const satisfies Record<string, (marker: string) => string>

export type MarkerStyle = keyof typeof MARKER_STYLES
export const STYLE_NAMES = Object.keys(MARKER_STYLES) as MarkerStyle[]

/** The forms that were compared: joined by one character, and the first one, in angle brackets. */
export const MARKER_FORMS = {
  equals: (nonce: string, word: string) => `ORC=${nonce}=${word}`,
  underscore: (nonce: string, word: string) => `ORC_${nonce}_${word}`,
  hyphen: (nonce: string, word: string) => `ORC-${nonce}-${word}`,
  dot: (nonce: string, word: string) => `ORC.${nonce}.${word}`,
  colon: (nonce: string, word: string) => `ORC:${nonce}:${word}`,
  slash: (nonce: string, word: string) => `ORC/${nonce}/${word}`,
  tilde: (nonce: string, word: string) => `ORC~${nonce}~${word}`,
  brackets: (nonce: string, word: string) => `<<ORC:${nonce}:${word}>>`,
} as const satisfies Record<string, (nonce: string, word: string) => string>

export type MarkerForm = keyof typeof MARKER_FORMS
export const FORM_NAMES = Object.keys(MARKER_FORMS) as MarkerForm[]

/** `abcdef` and two digits of 2 to 7: the form and the style. */
export function styleNonce(form: MarkerForm, style: MarkerStyle): string {
  const digits = '234567ab'
  return `mnopqr${digits[FORM_NAMES.indexOf(form)] ?? 'z'}${digits[STYLE_NAMES.indexOf(style)] ?? 'z'}`
}

/** A whole answer of a model: every style of one form. */
export function styledAnswer(form: MarkerForm): string {
  const parts = STYLE_NAMES.map((style) =>
    MARKER_STYLES[style](MARKER_FORMS[form](styleNonce(form, style), 'DONE')),
  )
  return `I looked at everything.\n\n${parts.join('\n\nThen:\n\n')}\n\nThat is all.\n`
}
