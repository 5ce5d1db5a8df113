import { expect } from 'chai'
import type { AgentState } from '../../../../lib/core/words.js'
import { PromptAnswers, type AnswerNeeds } from '../../../../lib/daemon/agents/answer-prompt.js'
import type { AgentRecord } from '../../../../lib/core/run/state.js'

/** An agent in that state whose question is drawn at the third look. */
function answersOf(state: AgentState): { readonly answers: PromptAnswers; readonly agent: AgentRecord } {
  const agent = {
    spec: { id: 'A' },
    mode: 'tui',
    process: { status: 'alive', pane: '%1' },
    observation: { state },
  } as unknown as AgentRecord
  let looks = 0
  const question = { promptId: 'p1', text: 'rm?', rows: ['rm?'], isCut: false }
  const needs = {
    kernel: { clock: { now: () => 0 }, loop: { state: { agents: new Map([['A', agent]]) } } },
    hosts: new Map(),
    observer: {
      outputAt: () => 0,
      lookNow: async () => ({ question: ++looks < 3 ? null : question, since: 0, coloured: [] }),
    },
  } as unknown as AnswerNeeds
  return { answers: new PromptAnswers(needs), agent }
}

describe('the question of an agent', () => {
  it('is waited for where its hook told of it and it is not drawn yet', async () => {
    const { answers, agent } = answersOf('waiting')
    expect(await answers.question(agent)).to.deep.include({ lines: ['rm?'] })
  })

  it('is none where nothing says that it asks', async () => {
    const { answers, agent } = answersOf('idle')
    const refused = await answers.question(agent).catch((error: unknown) => error)
    expect(refused).to.have.property('message', 'A asks nothing now')
  })
})
