/** What a prompt says about reporting the end of a task. */
import type { Nonce } from '../ids.js'

/**
 * Tells the marker in parts: neither the echoed prompt nor a model that repeats it word by word can match, because the
 * parts never stand next to each other, wrapped or not.
 */
export function markerInstructions(nonce: Nonce): string {
  return [
    'When you have finished (not before), print one line of its own that is made by joining these parts without any blank between them:',
    '1. two less-than signs and the letters ORC',
    '2. a colon',
    `3. the code ${nonce}`,
    '4. another colon',
    '5. one word: DONE if the task is done, FAIL if you could not do it, BLOCKED if you need something from a person',
    '6. two greater-than signs',
    'While you work you may print the same kind of line with a percentage such as 40% as the word.',
  ].join('\n')
}

/** For a process that ends with its task: its last message tells what it did, and only a failure needs a report. */
export function headlessInstructions(nonce: Nonce, program: string): string {
  return [
    'Nobody can answer you while you work. Your last message ends the work and is its result: say there what you did.',
    `If you could not do it, run one of these in a shell before that: \`${program} fail "why not"\`,`,
    `\`${program} blocked "what you need"\`. While you work you may run \`${program} status 0.4 "what you are doing"\`.`,
    'If you cannot run it, report in your last message.',
    markerInstructions(nonce),
  ].join('\n')
}

/**
 * The preferred way first: the report program; the line on the screen for agents that may not run commands.
 * `program`: as a shell word, by its whole path: a CLI may run commands in a login shell, which has a PATH of its own.
 */
export function reportInstructions(nonce: Nonce, program: string): string {
  return [
    `To report, run one of these in a shell: \`${program} done "what you did"\`, \`${program} fail "why not"\`,`,
    `\`${program} blocked "what you need"\`; while you work: \`${program} status 0.4 "what you are doing"\`.`,
    'If you cannot run it, report on the screen instead.',
    markerInstructions(nonce),
  ].join('\n')
}
