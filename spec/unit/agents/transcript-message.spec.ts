import { expect } from 'chai'
import { messageInTranscript } from '../../../lib/agents/transcript-message.js'

const lines = (...entries: readonly unknown[]) => entries.map((one) => JSON.stringify(one)).join('\n')
const said = (...texts: readonly string[]) => ({
  type: 'assistant',
  message: { content: texts.map((text) => ({ type: 'text', text })) },
})

describe('the last message in a transcript', () => {
  it('of Claude Code is what it wrote last since the prompt', () => {
    const tail = lines(
      { type: 'user', message: { content: 'first' } },
      said('old'),
      { type: 'user', message: { content: 'second' } },
      said('I look.'),
      { type: 'assistant', message: { content: [{ type: 'tool_use', name: 'Bash' }] } },
      said('**Two** fail.'),
      said('That is all.'),
      { type: 'system', subtype: 'turn_duration' },
    )
    expect(messageInTranscript(`utes"}\n${tail}`)).to.equal('**Two** fail.\nThat is all.')
  })

  it('of Codex stands in the end of its task', () => {
    const end = (text: string) => ({
      type: 'event_msg',
      payload: { type: 'task_complete', last_agent_message: text },
    })
    expect(messageInTranscript(lines(end('one'), end('two')))).to.equal('two')
    expect(
      messageInTranscript(lines({ type: 'event_msg', payload: { type: 'agent_message', message: 'here' } })),
    ).to.equal('here')
  })

  it('is not an earlier one', () => {
    expect(messageInTranscript(lines(said('old'), { type: 'user', message: { content: 'x' } }))).to.equal(
      null,
    )
    expect(messageInTranscript('no JSON')).to.equal(null)
  })
})
