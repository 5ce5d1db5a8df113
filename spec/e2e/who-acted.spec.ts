/** The journal, `events` and the report say who acted, and what exactly was approved. */
import { expect } from 'chai'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ApiClient } from '../../lib/api/client.js'
import type { EventRow } from '../../lib/core/protocol/status.js'
import { withOrchestra } from '../support/orchestra.js'

const LAYOUT = `version: 1
session: acted
agents:
  ASKS: { type: demo, role: ask, env: { DEMO_ASK: "1" } }
  LISTED: { type: demo, role: listed, env: { DEMO_ASK: "1" }, auto_approve: ['run this command'] }
tasks:
  asked: { title: asked, role: ask, estimate: 2s }
  listed: { title: listed, role: listed, estimate: 2s }
  long: { title: long, type: command, command: 'sleep 600' }
gates:
  ok: { title: Ship it, after: [asked], approve: human }
`

describe('who acted', function () {
  this.timeout(90_000)

  it('stands beside what they did: a person, the daemon by the layout, an attempt', () =>
    withOrchestra(async (o) => {
      const me = `person:${process.getuid?.()}`
      const layout = o.write('acted.yaml', LAYOUT)
      await o.ok('up', layout, '-d', '--wait', '--run')
      const file = join(o.state, 'sessions/acted/daemon.json')
      const { socket } = JSON.parse(readFileSync(file, 'utf8')) as { socket: string }
      const client = new ApiClient(socket)
      const approve = (id: string, prompt_id: string | null | undefined) =>
        client.post(`/v1/answer/${id}/approve`, { prompt_id: prompt_id ?? null })

      const asking = await o.untilStatus((doc) => {
        const row = doc.agents.find(({ id }) => id === 'ASKS')
        return row?.state === 'waiting' && row
      })
      if (asking === false || asking === undefined) throw new Error('it does not ask')
      await approve('ASKS', asking.prompt_id)
      await o.untilStatus((doc) => doc.gates.some(({ status }) => status === 'waiting'), 60_000)
      const [gate] = (await o.status()).gates
      await approve('ok', gate?.prompt_id)
      await o.ok('cancel', 'long')
      await o.untilStatus(
        (doc) => doc.tasks.every(({ status }) => ['COMPLETED', 'CANCELLED'].includes(status)),
        60_000,
      )

      const rows = await o.json<EventRow[]>('events', '-n', '1000')
      const row = (type: string, subject: string | null) => {
        const found = rows.find((one) => one.type === type && one.subject === subject)
        if (found === undefined) throw new Error(`no ${type} of ${subject}`)
        return found
      }
      const question = 'Do you want to run this command?'
      expect(row('layout.applied', null).by).to.equal(me)
      expect(row('run.started', null).by).to.equal(me)
      expect(row('task.cancel_requested', 'long').by).to.equal(me)
      expect(row('attempt.proved', 'asked').by).to.equal('attempt:asked.1')
      expect(row('prompt.answered', 'ASKS').by).to.equal(me)
      expect(row('prompt.answered', 'ASKS').text).to.include(`approved by ${me}: ${question}`)
      expect(row('prompt.answered', 'LISTED').by).to.equal('daemon')
      expect(row('prompt.answered', 'LISTED').text)
        .to.include('auto_approve: run this command')
        .and.include(question)
      expect(row('gate.answered', 'ok').text).to.match(
        /^approved by person:\d+ \(revision [0-9a-f]{32}\): Ship it/,
      )

      const report = await o.ok('report')
      for (const part of [
        '## Questions and answers',
        question,
        'Ship it',
        me,
        'auto_approve: run this command',
      ])
        expect(report).to.include(part)
      await o.ok('down')
    }))
})
