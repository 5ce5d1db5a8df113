import { postAnswer, refuseInsideAgent, type Answered } from '../api/answer.js'
import type { ApiClient } from '../api/client.js'
import { fix } from '../core/fixes.js'
import { OrchestraError } from '../core/errors.js'
import type { AnswerRequest, Question } from '../core/protocol/api.js'
import { shortPromptId } from '../core/status/prompt-id.js'
import { safeText } from '../core/text/safe-text.js'
import { askLine } from './terminal/ask-line.js'
import type { RunVerb, VerbContext } from './verb.js'

/** The work of `approve` and `deny`. */
export function answerQuestion(name: 'approve' | 'deny'): RunVerb {
  return async (c) => {
    const id = c.positionals[0] ?? ''
    const client = await c.connect()
    await refuseInsideAgent(client, name)
    const named = c.option('prompt-id') ?? null
    const more = gateOptions(c)
    const answered = await (name === 'deny'
      ? told(c, postAnswer(client, id, name, { prompt_id: named, ...more }))
      : approve(c, client, id, named, more))
    c.out(
      c.json
        ? `${JSON.stringify({ id, answer: name, ...answered })}\n`
        : `${id}: ${name === 'approve' ? 'approved' : 'denied'}${said(answered)}\n`,
    )
    return 0
  }
}

/** A gate's answer names the person and the revision. */
function said({ text, by, revision }: Answered): string {
  if (by === undefined || revision === undefined) return `: ${text}`
  return ` by ${by}, revision ${shortPromptId(revision)}: ${text}`
}

/** Absent where nothing is said: an older daemon knows no such fields. */
type GateOptions = Partial<Pick<AnswerRequest, 'criteria' | 'reason'>>

function gateOptions(c: VerbContext): GateOptions {
  const criterion = c.option('criterion')
  const reason = c.option('reason')
  if (criterion !== undefined && !/^[1-9]\d?$/.test(criterion)) {
    throw new OrchestraError(`--criterion ${criterion} is not a number from 1 to 99`, { kind: 'usage' })
  }
  return {
    ...(criterion === undefined ? {} : { criteria: [Number(criterion)] }),
    ...(reason === undefined ? {} : { reason }),
  }
}

/** A yes is always to a question that is named: by the person, or by what was on the screen when they said yes. */
async function approve(
  c: VerbContext,
  client: ApiClient,
  id: string,
  named: string | null,
  more: GateOptions,
): Promise<Answered> {
  const post = (prompt_id: string) => told(c, postAnswer(client, id, 'approve', { prompt_id, ...more }))
  if (named !== null) return post(named)
  const question = await client.get<Question>(`/v1/answer/${encodeURIComponent(id)}`)
  if (!c.flag('yes') && !question.is_cut) {
    if (!c.interactive) throw needsName(c, question)
    c.err(shown(question))
    if (!/^y(?:es)?$/i.test(((await askLine('Approve exactly this? [y/N] ')) ?? '').trim()))
      throw new OrchestraError(`${id}: nothing was answered`, {
        kind: 'refused',
        hint: `To say no: ${fix('answer.deny', id)}`,
      })
  }
  return post(question.prompt_id)
}

/** When another question is asked by now: shows it, with the command that answers that one. */
async function told<T>(c: VerbContext, asked: Promise<T>): Promise<T> {
  try {
    return await asked
  } catch (error) {
    const question = questionIn(error)
    if (question === null) throw error
    c.err(shown(question))
    if (question.is_cut) throw error
    const { message } = error as OrchestraError
    throw new OrchestraError(message, { kind: 'refused', hint: commandFor(c, question) })
  }
}

function needsName(c: VerbContext, question: Question): OrchestraError {
  c.err(shown(question))
  return new OrchestraError(`${question.id}: say which question is approved; nothing was answered`, {
    kind: 'refused',
    hint: `${commandFor(c, question)}\nor, whatever it asks by then: ${fix('answer.approve-now', question.id)}`,
  })
}

function commandFor(c: VerbContext, { id, prompt_id }: Question): string {
  return `Exactly this question: ${fix('answer.approve', id, shortPromptId(prompt_id))}`
}

function questionIn(error: unknown): Question | null {
  if (!(error instanceof OrchestraError)) return null
  return (error.details['question'] as Question | undefined) ?? null
}

/** All of it, each row as it stands on the screen. */
function shown({ id, lines }: Question): string {
  return `${id} asks:\n${lines.map((line) => `  ${safeText(line)}\n`).join('')}`
}
