/** A person's yes or no, on its way to the daemon: whoever is an agent, or was started by one, is no person. */
import { OrchestraError } from '../core/errors.js'
import type { AnswerRequest } from '../core/protocol/api.js'
import type { StatusDocument } from '../core/protocol/status.js'
import { markOf, marksAbove } from '../home/launchers-above.js'
import type { ApiClient } from './client.js'

/** Throws when this process runs inside an agent or a task of the session that the client speaks to. */
export async function refuseInsideAgent(client: ApiClient, verb: 'approve' | 'deny'): Promise<void> {
  const marks = marksAbove()
  if (marks.length === 0) return
  const { session } = await client.get<StatusDocument>('/v1/status')
  const mark = markOf(session, marks)
  if (mark === undefined) return
  const where = mark.agent === null ? 'an agent or a task' : mark.agent
  throw new OrchestraError(
    `${verb} is refused inside ${where} of session ${session}: only a person answers`,
    {
      kind: 'refused',
      hint: "Answer in a window that is not an agent's: a terminal of your own, or the window of the monitor.",
    },
  )
}

export interface Answered {
  readonly text: string
  /** Of a gate: whose answer it is, and what it counts for. */
  readonly by?: string
  readonly revision?: string
}

export function postAnswer(
  client: ApiClient,
  id: string,
  verb: 'approve' | 'deny',
  request: Pick<AnswerRequest, 'prompt_id'> & Partial<AnswerRequest>,
): Promise<Answered> {
  return client.post(`/v1/answer/${encodeURIComponent(id)}/${verb}`, request)
}
