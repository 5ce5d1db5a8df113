/** The rules of every type against screens recorded from the real CLIs (`scripts/lab/record.ts`). */
import { expect } from 'chai'
import { readdirSync } from 'node:fs'
import path from 'node:path'
import { agrees, explainRecording, recordingsIn, type Recording } from '../../support/recordings.js'

const ROOT = path.join(import.meta.dirname, '..', '..', 'fixtures', 'screens')
const explain = explainRecording

for (const type of readdirSync(ROOT)) {
  describe(`recorded screens of ${type}`, () => {
    const all = recordingsIn(ROOT, type)

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
        expect(said.prompt_id, recording.name).to.match(/^[0-9a-f]{64}$/)
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
