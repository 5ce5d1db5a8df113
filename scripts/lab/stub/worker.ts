/**
 * A model that does what a task's prompt says: the files it names, the commands it names, and in the end the report in
 * the words that the prompt gives for it. It knows nothing but the conversation: the step is the number of tool results.
 */
import type { Tool, Turn } from './scenes.js'

const markerText = (nonce: string) => `ORC=${nonce}=DONE`

/** The newest prompt that gives a task and says how to report its end. */
export function isTask(prompt: string): boolean {
  return /^.{0,400}?Task [A-Za-z0-9_-]+: /s.test(prompt) && prompt.includes('To report, run one of these')
}

export interface WorkerTask {
  readonly id: string
  /** The code that the end of the task is to be reported with on the screen. */
  readonly nonce: string
  readonly steps: readonly Tool[]
  /** Joined from its parts, as the prompt says; null: it is to run the report program. */
  readonly marker: string | null
  readonly report: string
}

export function readTask(prompt: string): WorkerTask {
  const [asked = '', told = ''] = prompt.split('To report, run one of these')
  const id = /Task ([A-Za-z0-9_-]+): /.exec(asked)?.[1] ?? ''
  const nonce = /the code ([a-z2-7]{8})\b/.exec(told)?.[1] ?? ''
  const program = /`(\S+ done) "/.exec(told)?.[1] ?? ''
  const steps = [...asked.matchAll(/[Ww]rite the file (\S+) with the line `([^`]+)`|[Rr]un `([^`]+)`/g)].map(
    ([, path = '', line = '', command]): Tool =>
      command === undefined
        ? { name: 'write', path, content: `${line}\n`, ask: false }
        : { name: 'shell', command, ask: /\bask me\b/.test(asked) },
  )
  const done = steps.map((step) => (step.name === 'write' ? `wrote ${step.path}` : 'ran the command'))
  return {
    id,
    nonce,
    steps,
    marker: /report on the screen/i.test(asked) ? markerText(nonce) : null,
    report: `${program} "${done.join(', ')}"`,
  }
}

const PACE_MS = 120

function say(text: string): NonNullable<Turn['text']> {
  return (text.match(/[\s\S]{1,12}/gu) ?? []).map((part) => ({ text: part, delayMs: PACE_MS }))
}

export function workerTurn(prompt: string, toolResults: number): Turn {
  const task = readTask(prompt)
  const step = task.steps[toolResults]
  const delayMs = 400
  if (step !== undefined) {
    const what = step.name === 'write' ? `I write ${step.path}.` : 'I run the command that you named.'
    return { delayMs, text: say(`Step ${toolResults + 1} of ${task.steps.length}. ${what}`), tool: step }
  }
  if (task.marker !== null) return { delayMs, text: say(`Everything is there.\n\n${task.marker}\n`) }
  if (toolResults === task.steps.length)
    return {
      delayMs,
      text: say('Everything is there; I report it.'),
      tool: { name: 'shell', command: task.report },
    }
  return { delayMs, text: say(`${task.id} is done.`) }
}
