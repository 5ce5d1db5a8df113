import { expect } from 'chai'
import { renderEvent } from '../../../../lib/cli/render/events.js'
import { renderStatus } from '../../../../lib/cli/render/status.js'
import { renderAgents, renderMachines, renderTasks } from '../../../../lib/cli/render/tables.js'
import { displayWidth } from '../../../../lib/core/text/display-width.js'
import { HOSTILE } from '../../core/text/hostile.js'
import {
  agentRow,
  japanese,
  levelSix,
  manyAgents,
  NOW,
  sampleEvents,
  statusDocument,
} from '../../core/view/sample-status.js'

const BASE = { ascii: false, color: false, now: NOW, offsetMin: 540 }
const DOCS = { levelSix: levelSix(), japanese: japanese(), many: manyAgents(200), empty: statusDocument() }
const RENDERERS = { renderStatus, renderAgents, renderMachines, renderTasks }

describe('renderStatus', () => {
  it('says first what needs a person, and how to answer', () => {
    const rows = renderStatus(levelSix(), { ...BASE, cols: 60 }).split('\n')
    expect(rows.slice(0, 9)).to.deep.equal([
      'miyabi-level6  ▸ running                              12m04s',
      '━━━━━━━━━━━━━━━━━━━━━━━━━─────────────────   60%  3/15 tasks',
      '3 need you · waits for you since 2m · 1 error · 3 working',
      'waves  ✓ 1/1  ✗ 2/8  ✗ 0/4  · 0/1  · 0/1',
      '',
      ' NEEDS YOU: 3   and 2 more to look at',
      '◐ CG-1 waiting 2m  Run `rm -rf build && make`? 1. Yes 2. No',
      '  → orchestra approve CG-1 --prompt-id p-1',
      '◐ planned gate 20s  approve the plan',
    ])
  })

  for (const [name, doc] of Object.entries(DOCS)) {
    it(`wraps no line from 40 columns on: ${name}`, () => {
      for (const cols of [40, 47, 60, 61, 80, 99, 100, 132, 200]) {
        for (const [renderer, render] of Object.entries(RENDERERS)) {
          for (const row of render(doc, { ...BASE, cols }).split('\n'))
            expect(displayWidth(row), `${renderer} at ${cols}: ${row}`).to.be.at.most(cols)
        }
      }
    })
  }

  it('draws in ASCII when asked', () => {
    for (const render of Object.values(RENDERERS))
      expect(render(levelSix(), { ...BASE, cols: 120, ascii: true })).to.match(/^[\n\x20-\x7e]*$/)
  })

  it('colours only by our own SGR, and the words are the same without', () => {
    const options = { ...BASE, cols: 100 }
    const colored = renderStatus(levelSix(), { ...options, color: true })
    expect(colored.replace(/\x1b\[[\d;]+m/g, '')).to.equal(renderStatus(levelSix(), options))
  })

  for (const [name, text] of Object.entries(HOSTILE)) {
    it(`shows as text: ${name}`, () => {
      const doc = statusDocument({
        session: text,
        agents: [agentRow('CG-1', 'waiting', { text, label: text, machine: text, window: text })],
      })
      for (const render of Object.values(RENDERERS)) {
        const plain = render(doc, { ...BASE, cols: 160, color: true }).replace(/\x1b\[[\d;]+m/g, '')
        expect(plain).not.to.match(/[\p{Cf}\p{Cs}\x00-\x09\x0b-\x1f\x7f-\x9f]/u)
      }
    })
  }

  it('says that a document is old', () => {
    expect(renderStatus(levelSix(), { ...BASE, cols: 80, now: NOW + 90_000 })).to.contain('as of 91s ago')
  })

  it('counts the quiet ones of many', () => {
    const rows = renderStatus(manyAgents(200), { ...BASE, cols: 80 })
    expect(rows).to.contain('and 176 quiet ones: orchestra agents')
  })

  it('says what to do where there is nothing', () => {
    expect(renderStatus(statusDocument(), { ...BASE, cols: 60 })).to.contain('orchestra submit')
  })
})

describe('renderEvent', () => {
  it('one line an event', () => {
    expect(sampleEvents(4).map((row) => renderEvent(row, { ...BASE, cols: 80 }))).to.deep.equal([
      '13:29:48 · Task-2  started on CG-1 (attempt 1)',
      '13:29:51 ✓ Task-6  verified, 2 checks',
      '13:29:54 ▲ CG-1  waits: Run `rm -rf build && make`?',
      '13:29:57 ✗ Task-7  failed: pytest -q tests/api: exit 1',
    ])
  })
})
