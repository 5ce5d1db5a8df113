/** What a prompt says about reporting the end of a task. */
import type { Nonce } from '../ids.js'

/**
 * Tells the marker in parts: neither the echoed prompt nor a model that repeats it word by word can match, because the
 * parts never stand next to each other, wrapped or not.
 */
export function markerInstructions(nonce: Nonce): string {
  return (
    'When you have finished (not before), print a line of its own that joins these parts without any blank between them: ' +
    `the letters ORC, an equals sign (=), the code ${nonce}, another equals sign, and one word: DONE, FAIL if you could not do it, ` +
    'or BLOCKED if you need something from a person. While you work you may print such a line with a percentage such as 40% as the word.'
  )
}

/** For a process that ends with its task: its last message tells what it did, and only a failure needs a report. */
export function headlessInstructions(nonce: Nonce, program: string): string {
  return [
    'Nobody can answer you while you work. Your last message ends the work and is its result: say there what you did.',
    `If you could not do it, run this in a shell before that: \`${program} fail "why not"\`. The same program takes`,
    '`blocked "what you need"`, and while you work `status 0.4 "what you are doing"`.',
    'If you cannot run it, report in your last message.',
    markerInstructions(nonce),
  ].join(' ')
}

/**
 * The preferred way first: the report program; the line on the screen for agents that may not run commands.
 * `program`: as a shell word, by its whole path: a CLI may run commands in a login shell, which has a PATH of its own.
 * The path is named once: a prompt that is short stays in sight in a composer.
 */
export function reportInstructions(nonce: Nonce, program: string): string {
  return [
    `To report, run one of these in a shell: \`${program} done "what you did"\`, or the same program with \`fail "why not"\`,`,
    '`blocked "what you need"`; while you work: `status 0.4 "what you are doing"`. If you cannot run it, report on the screen instead.',
    markerInstructions(nonce),
  ].join(' ')
}
