/** Words in which a verb's row describes its arguments. */
import type { OptionSpec, PositionalSpec } from './verb.js'

export function need(name: string, describe: string): PositionalSpec {
  return { name, required: true, describe }
}

export function may(name: string, describe: string): PositionalSpec {
  return { name, required: false, describe }
}

export function flag(describe: string, short?: string): OptionSpec {
  return short === undefined ? { type: 'boolean', describe } : { type: 'boolean', describe, short }
}

export function text(describe: string, short?: string): OptionSpec {
  return short === undefined ? { type: 'string', describe } : { type: 'string', describe, short }
}

/** What `agreed` looks at. */
export const YES = flag('also if it ends running work; without it, asks', 'y')
export const LAYOUT = may('layout', 'a file, or a name such as `local` (default: ./orchestra.yaml)')
export const AGENT = need('agent', 'an agent of the layout')
export const TASK = need('task', 'a task of the run')
