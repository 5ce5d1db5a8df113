/**
 * Screens recorded after the rules stood (`scripts/lab/fresh-cases.ts`), labelled by what the model had answered. Two
 * halves: what the rules got wrong on the open one was looked at and mended; the held one is only counted.
 * `scripts/lab/accuracy.ts` prints the figures.
 */
import { expect } from 'chai'
import path from 'node:path'
import { agrees, explainRecording, recordingsIn, type Recording } from '../../support/recordings.js'

const ROOT = path.join(import.meta.dirname, '..', '..', 'fixtures', 'fresh-screens')

for (const half of ['open', 'held'] as const) {
  for (const type of ['claude', 'codex', 'gemini', 'opencode']) {
    describe(`fresh screens of ${type}, the ${half} half`, () => {
      const all = recordingsIn(path.join(ROOT, half), type)
      const busy = all.filter(({ state }) => state === 'working' || state === 'waiting')
      const falselyIdle = (change: (recording: Recording) => Partial<Recording>) =>
        busy.filter((one) => explainRecording(one, change(one)).state === 'idle').map(({ name }) => name)

      it('are read rightly, 97 of 100 at least', () => {
        const right = all.filter((one) => agrees(one.state, explainRecording(one).state)).length
        expect(all.length).to.be.greaterThan(20)
        expect(right / all.length).to.be.at.least(0.97)
      })

      it('are never called idle while work or a question is on them', () => {
        expect(falselyIdle(() => ({}))).to.deep.equal([])
      })

      it('are not called idle for want of a title, or when their upper part is cut off', () => {
        expect(falselyIdle(() => ({ title: '' }))).to.deep.equal([])
        const cut = ({ screen }: Recording) => ({ screen: screen.split('\n').slice(6).join('\n') })
        expect(falselyIdle(cut)).to.deep.equal([])
      })

      it('give a question a text and a fingerprint', () => {
        for (const one of all.filter(({ state }) => state === 'waiting')) {
          const said = explainRecording(one)
          if (said.state !== 'waiting') continue
          expect(said.prompt_id, one.name).to.match(/^[0-9a-f]{64}$/)
          expect(said.text, one.name).to.be.a('string').and.not.include('Tip: ')
        }
      })
    })
  }
}
