/** Readers that take what fits and pass over what does not. */

export function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}

/** A single item may stand without its list. */
export function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []
}

export function numbersOf(value: unknown): number[] {
  if (typeof value === 'number') return [value]
  return Array.isArray(value) ? value.filter((item) => typeof item === 'number') : []
}

const PLAIN_WORDS = /^[\w@%+=:,./~-]+( +[\w@%+=:,./~-]+)*$/

/** A list is argv as it stands; a line of plain words is split at spaces; any other line is for the shell. */
export function argvOf(value: unknown): string[] {
  return typeof value === 'string' ? lineToArgv(value) : textsOf(value)
}

export function lineToArgv(line: string): string[] {
  const trimmed = line.trim()
  if (trimmed === '') return []
  // NAME=value before a command is the shell's to understand.
  if (PLAIN_WORDS.test(trimmed) && !/^\w+=/.test(trimmed)) return trimmed.split(/ +/)
  return ['sh', '-c', trimmed]
}
