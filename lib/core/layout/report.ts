/** Where in a layout: `['tasks', 'Task-2', 'needs', 0]`. */
export type LayoutPath = readonly (string | number)[]

/** A function where the words cost something (a search for the nearest name): only what is shown gets worded. */
export type Message = string | (() => string)

/** How checks say what is wrong; whoever reads the file knows line and column of a path. */
export type Report = (path: LayoutPath, message: Message, severity?: 'error' | 'warning') => void

/** `windows[0].panes[1].agent`; an index at the very end is left out, the message names the item. */
export function formatPath(path: LayoutPath): string {
  const shown = typeof path.at(-1) === 'number' && path.length > 2 ? path.slice(0, -1) : path
  let text = ''
  for (const step of shown) text += typeof step === 'number' ? `[${step}]` : text === '' ? step : `.${step}`
  return text
}

/** A value as it stands in a message: quoted, in one line, not longer than a line. */
export function quote(text: string): string {
  const short = text.length > 60 ? `${text.slice(0, 59)}…` : text
  return JSON.stringify(short).replace(
    /[\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
