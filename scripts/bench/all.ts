/**
 * Every question, one after the other: `npm run bench`, `npm run bench -- --quick`, `npm run bench -- up status --json`.
 * A question that fails is told, and the others are asked all the same.
 */
import { bytes } from './bytes.js'
import { growth } from './growth.js'
import { idle } from './idle.js'
import { install } from './install.js'
import { key } from './key.js'
import { makespan } from './makespan.js'
import { ask, benchOptions, isMet, printOutcome, type Outcome, type Question } from './support/question.js'
import { plan } from './plan.js'
import { reconnect } from './reconnect.js'
import { report } from './report.js'
import { scheduler } from './scheduler.js'
import { screen } from './screen.js'
import { start } from './start.js'
import { status } from './status.js'
import { up } from './up.js'

const QUESTIONS: readonly Question[] = [
  up,
  status,
  report,
  screen,
  key,
  bytes,
  idle,
  makespan,
  scheduler,
  plan,
  reconnect,
  growth,
  start,
  install,
]

const options = benchOptions()
const unknown = options.only.filter((name) => !QUESTIONS.some((question) => question.name === name))
if (unknown.length > 0) {
  console.error(
    `no question is called ${unknown.join(', ')}; there are ${QUESTIONS.map(({ name }) => name).join(', ')}`,
  )
  process.exit(2)
}
const outcomes: Outcome[] = []
for (const question of QUESTIONS) {
  if (options.only.length > 0 && !options.only.includes(question.name)) continue
  options.say(`--- ${question.name}`)
  try {
    const outcome = await ask(question, options)
    outcomes.push(outcome)
    if (!options.json) console.log(printOutcome(outcome))
  } catch (error) {
    process.exitCode = 1
    console.error(
      `${question.name} could not be asked: ${error instanceof Error ? error.stack : String(error)}\n`,
    )
  }
}
if (options.json) console.log(JSON.stringify(outcomes))
else {
  const targets = outcomes.flatMap((outcome) => outcome.targets)
  console.log(`${targets.filter(isMet).length} of ${targets.length} targets are met.`)
}
