import type { Verb } from '../verb.js'

export const run: Verb = async (c) => (await import('../../tui/main.js')).monitorVerb(c)
