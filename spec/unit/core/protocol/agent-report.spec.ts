import { expect } from 'chai'
import {
  decodeAgentResult,
  decodeAgentStatus,
  decodeExitRecord,
  decodeProcessRecord,
} from '../../../../lib/core/protocol/agent-report.js'

const NOW = Date.UTC(2026, 10, 21, 4)
const expected = { agent: 'CG-1', task: 'Task-2', nonce: 'abcdefgh', now: NOW }

function status(changes: Record<string, unknown> = {}): string {
  return JSON.stringify({
    agent_id: 'CG-1',
    task_id: 'Task-2',
    nonce: 'abcdefgh',
    status: 'IN_PROGRESS',
    progress: 0.75,
    text: 'tests pass',
    updated_at: '2026-11-21T04:00:00Z',
    output_files: ['a.py'],
    errors: [],
    ...changes,
  })
}

const reasonOf = (text: string) => {
  const decoded = decodeAgentStatus(text, expected)
  return decoded.ok ? 'believed' : decoded.reason
}

describe('decodeAgentStatus', () => {
  it('reads a report of the attempt that runs', () => {
    expect(decodeAgentStatus(status(), expected)).to.deep.equal({
      ok: true,
      value: {
        status: 'IN_PROGRESS',
        progress: 0.75,
        text: 'tests pass',
        updatedAt: NOW,
        checkpoint: null,
        outputFiles: ['a.py'],
        errors: [],
      },
    })
  })

  const refused: readonly (readonly [string, string, string])[] = [
    ['a report without nonce', status({ nonce: undefined }), 'nonce is missing'],
    ['a wrong nonce', status({ nonce: 'zzzzzzzz' }), 'nonce is not the expected one'],
    ['a nonce that is a list', status({ nonce: ['abcdefgh'] }), 'nonce is not the expected one'],
    ["another agent's report", status({ agent_id: 'CG-2' }), 'agent_id is not the expected one'],
    ["another task's report", status({ task_id: 'Task-3' }), 'task_id is not the expected one'],
    ['progress above 1', status({ progress: 75 }), 'progress is no number from 0 to 1'],
    ['progress as a text', status({ progress: '0.5' }), 'progress is no number from 0 to 1'],
    ['a status that is none', status({ status: 'SUPER' }), 'status is none of'],
    ['a time ahead', status({ updated_at: '2126-11-21T04:00:00Z' }), 'updated_at lies in the future'],
    ['a time that is none', status({ updated_at: 'yesterday' }), 'updated_at is no ISO 8601 time'],
    ['files that are no texts', status({ output_files: [1] }), 'output_files is no list of texts'],
    ['a record that was cut off', status().slice(0, 60), 'not JSON, or cut off'],
    ['an empty file', '', 'empty'],
    ['a list', '[]', 'not a JSON object'],
    ['null', 'null', 'not a JSON object'],
    ['a huge file', `${status()}${' '.repeat(300_000)}`, 'larger than 256 KB'],
    ['a bottomless one', '['.repeat(200_000), 'not JSON, or cut off'],
    ['fields of the prototype', '{"__proto__":{"agent_id":"CG-1"}}', 'agent_id is missing'],
  ]
  for (const [what, text, reason] of refused) {
    it(`does not believe ${what}`, () => {
      expect(reasonOf(text)).to.include(reason)
    })
  }

  it('takes the escapes out of what the agent says', () => {
    const decoded = decodeAgentStatus(status({ text: 'a\u001b[31mb\u0007' }), expected)
    expect(decoded.ok && decoded.value.text).to.not.match(/[\u0007\u001b]/)
  })

  it('follows no path but the one of its own checkpoint', () => {
    const checkpointOf = (checkpoint: string) => {
      const decoded = decodeAgentStatus(status({ checkpoint }), expected)
      return decoded.ok ? decoded.value.checkpoint : undefined
    }
    expect(checkpointOf('checkpoints/Task-2')).to.equal('checkpoints/Task-2')
    expect(checkpointOf('../../.ssh/id_ed25519')).to.equal(null)
  })
})

describe('decodeAgentResult', () => {
  const result = {
    agent_id: 'CG-1',
    task_id: 'Task-2',
    attempt: 'Task-2.1',
    nonce: 'abcdefgh',
    outcome: 'fail',
    text: 'no',
  }
  const decode = (changes: object) =>
    decodeAgentResult(JSON.stringify({ ...result, ...changes }), { ...expected, attempt: 'Task-2.1' })

  it('reads how the agent says that its attempt ended', () => {
    expect(decode({})).to.deep.equal({ ok: true, value: { outcome: 'fail', text: 'no', endedAt: null } })
  })

  it('believes neither another attempt nor an outcome that is none', () => {
    expect(decode({ attempt: 'Task-2.2' }).ok).to.equal(false)
    expect(decode({ outcome: 'great' }).ok).to.equal(false)
  })
})

describe('decodeExitRecord', () => {
  const record = {
    agent: 'CG-1',
    generation: 3,
    nonce: '',
    exit_code: 143,
    signal: 'TERM',
    timed_out: true,
    started_at: '2026-11-21T03:00:00Z',
    ended_at: '2026-11-21T04:00:00Z',
  }
  const decode = (changes: object) =>
    decodeExitRecord(`${JSON.stringify({ ...record, ...changes })}     \n`, {
      agent: 'CG-1',
      generation: 3,
      nonce: null,
    })

  it("reads the launcher's record, with the spaces after it", () => {
    expect(decode({})).to.deep.equal({
      ok: true,
      value: {
        exitCode: 143,
        signal: 'TERM',
        timedOut: true,
        left: [],
        startedAt: NOW - 3_600_000,
        endedAt: NOW,
      },
    })
  })

  it('reads which processes live on, and nothing else for one', () => {
    const left = (text: string) => {
      const decoded = decode({ left: text })
      return decoded.ok ? decoded.value.left : decoded.reason
    }
    expect(left('12 3456')).to.deep.equal([12, 3456])
    expect(left('12 -1 1e3 x 99999999999')).to.deep.equal([12])
  })

  it('does not take the record of an earlier start for the last', () => {
    expect(decode({ generation: 2 }).ok).to.equal(false)
    expect(decode({ nonce: 'abcdefgh' }).ok).to.equal(false)
  })
})

describe('decodeProcessRecord', () => {
  it('never lets pid 0 or 1 be taken for a program', () => {
    expect(decodeProcessRecord('{"pid":1,"launcher":7}').ok).to.equal(false)
    expect(decodeProcessRecord('{"pid":8,"launcher":7,"start":"12","boot_id":"b"}')).to.deep.equal({
      ok: true,
      value: { pid: 8, start: '12', launcher: 7, launcherStart: '', bootId: 'b', startedAt: null },
    })
  })
})
