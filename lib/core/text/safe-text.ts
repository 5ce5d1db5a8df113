/**
 * The one sanitiser. What an agent, a host or a file says becomes text that no terminal obeys and every terminal
 * measures alike: whole escape sequences go, then every control (C0, DEL, C1 with its one-byte CSI and OSC), format and
 * bidi control, tag, joiner, variation selector and lone surrogate. Joiners and variation selectors would also be
 * harmless, but terminals disagree about the width of what they join, and then columns break.
 */
/** Harmless at a glance: ASCII, Latin, dashes, signs and blocks, kana, ideographs. Spares the dear classes below. */
const PLAIN =
  /^[\x20-\x7e\xa1-\xac\xae-\u02ff\u2010-\u2015\u2018-\u2027\u2030-\u205e\u2100-\u2bff\u3001-\u3029\u3041-\u3096\u30a0-\u30ff\u4e00-\u9fff\uac00-\ud7a3\uff01-\uff60]*$/
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u{1f3fb}-\u{1f3ff}\p{M}]/u

/** Strings (OSC, DCS, SOS, PM, APC) up to their end, only when they have one; then CSI; then two- and three-byte escapes. */
const STRING_SEQUENCE = /(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)/g
const CSI_SEQUENCE = /(?:\x1b\[|\x9b)[\x30-\x3f]*[\x20-\x2f]*[\x40-\x7e]/g
const SHORT_SEQUENCE = /\x1b[\x20-\x2f]*[\x30-\x7e]/g

const SPACES = /[\t\n\v\f\r\x85\p{Zl}\p{Zp}]+/gu
const REMOVED = /[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u{1f3fb}-\u{1f3ff}]/gu
const LONE_SURROGATE = /\p{Cs}/gu
/** More marks than any language stacks on a letter only climb into the lines above. */
const MARK_PILE = /(\p{M}{3})\p{M}+/gu
const LEADING_MARKS = /^\p{M}+/u

/** One line of harmless text; line breaks and tabs become a space. Composed (NFC), so that か + ゛ is one cell pair. */
export function safeText(text: string): string {
  if (PLAIN.test(text)) return text
  if (!UNSAFE.test(text)) return text.normalize('NFC')
  return text
    .replace(STRING_SEQUENCE, '')
    .replace(CSI_SEQUENCE, '')
    .replace(SHORT_SEQUENCE, '')
    .replace(SPACES, ' ')
    .replace(LONE_SURROGATE, '\ufffd')
    .replace(REMOVED, '')
    .normalize('NFC')
    .replace(MARK_PILE, '$1')
    .replace(LEADING_MARKS, '')
}

/**
 * For what a person is about to approve: nothing is removed, everything that would not show is spelled out (`\x1b`,
 * `\u{202e}`), so that no part of a command hides.
 */
export function spelledText(text: string): string {
  const NAMED: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }
  return text.replace(
    /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu,
    (char) => NAMED[char] ?? spell(char.codePointAt(0) ?? 0),
  )
}

function spell(codePoint: number): string {
  const hex = codePoint.toString(16)
  return codePoint < 0x100 ? `\\x${hex.padStart(2, '0')}` : `\\u{${hex}}`
}
