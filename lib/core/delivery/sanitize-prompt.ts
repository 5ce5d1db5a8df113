/** Prompt text made safe for a terminal: it may come from a file, a task, a person on a phone or an issue on the web. */

/** CSI, OSC and the other escape sequences, whole, so that no `[201~` stays behind as text. */
const ESCAPES =
  /\x1b(?:\[[0-?]*[ -/]*[@-~]?|[\]PX^_][^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?|[ -/]*[0-~]?)|\x9b[0-?]*[ -/]*[@-~]?/g
/** C0 but TAB and LF, DEL, C1. */
const CONTROLS = /[\x00-\x08\x0b-\x1f\x7f-\x9f]/g
/** Embeddings, overrides and isolates reorder text that follows them; the marks LRM, RLM and ALM and joiners stay. */
const BIDI = /[\u202a-\u202e\u2066-\u2069]/g
const LONE_SURROGATES = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g

/** Keeps every script, emoji and right-to-left text; line ends become LF; trailing blank lines go. */
export function sanitizePrompt(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .replace(ESCAPES, '')
    .replace(CONTROLS, '')
    .replace(BIDI, '')
    .replace(LONE_SURROGATES, '\ufffd')
    .replace(/\s+$/u, '')
}
