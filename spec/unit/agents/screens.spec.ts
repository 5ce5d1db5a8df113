/** The rules of every type against screens recorded from the real CLIs (`scripts/lab/record.ts`). */
import { expect } from 'chai'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { explainScreen } from '../../../lib/agents/explain-screen.js'
import type { AgentState } from '../../../lib/core/words.js'

interface Recording {
  readonly name: string
  readonly screen: string
  readonly type: string
  readonly version: string
  readonly title: string
  readonly state: AgentState
}

const ROOT = path.join(import.meta.dirname, '..', '..', 'fixtures', 'screens')

function recordings(type: string): readonly Recording[] {
  return readdirSync(path.join(ROOT, type)).map((name) => {
    const file = (base: string) => readFileSync(path.join(ROOT, type, name, base), 'utf8')
    return {
      name,
      screen: file('screen.txt'),
      ...(JSON.parse(file('meta.json')) as Omit<Recording, 'name' | 'screen'>),
    }
  })
}

const explain = (recording: Recording, more: Partial<Recording> = {}) =>
  explainScreen({ ...recording, ...more, clock: { now: 0, offsetMinutes: 0 } })

/** A recording of a retry may be called limited; of an ended process unknown. */
function agrees(recorded: AgentState, said: AgentState): boolean {
  return (
    said === recorded ||
    (recorded === 'exited' && said === 'unknown') ||
    (recorded === 'working' && said === 'limited')
  )
}

for (const type of readdirSync(ROOT)) {
  describe(`recorded screens of ${type}`, () => {
    const all = recordings(type)

    for (const recording of all) {
      it(recording.name, () => {
        const said = explain(recording)
        expect(
          agrees(recording.state, said.state),
          `${recording.state}, but ${said.state} by ${said.rule}`,
        ).to.equal(true)
      })
    }

    const busy = all.filter(({ state }) => state === 'working' || state === 'waiting')
    const falselyIdle = (change: (recording: Recording) => Partial<Recording>) =>
      busy
        .filter((recording) => explain(recording, change(recording)).state === 'idle')
        .map(({ name }) => name)

    it('are not called idle for want of a title', () => {
      expect(falselyIdle(() => ({ title: '' }))).to.deep.equal([])
    })

    it('are read alike when the version is unknown', () => {
      const changed = all.filter(
        (one) => explain(one, { version: null as unknown as string }).state !== explain(one).state,
      )
      expect(changed.map(({ name }) => name)).to.deep.equal([])
    })

    it('are not called idle when their upper part is cut off', () => {
      const cut = ({ screen }: Recording) => ({ screen: screen.split('\n').slice(6).join('\n') })
      expect(falselyIdle(cut)).to.deep.equal([])
    })

    it('give a question a text and a fingerprint', () => {
      for (const recording of all.filter(({ state }) => state === 'waiting')) {
        const said = explain(recording)
        expect(said.prompt_id, recording.name).to.match(/^[0-9a-f]{8}$/)
        expect(said.text, recording.name).to.be.a('string')
      }
    })

    it('give an error its text', () => {
      for (const recording of all.filter(({ state }) => state === 'error'))
        expect(explain(recording).text, recording.name).to.be.a('string')
    })

    it('keep the fingerprint of a question while its selection moves', () => {
      const moved = all.filter(({ name }) => /-second-\d+x\d+$/.test(name) && name.includes('ask'))
      for (const second of moved) {
        const first = all.find(({ name }) => name === second.name.replace('-second', ''))
        if (first !== undefined)
          expect(explain(second).prompt_id, second.name).to.equal(explain(first).prompt_id)
      }
    })
  })
}
