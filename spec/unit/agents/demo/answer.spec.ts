import { expect } from 'chai'
import { demo } from '../../../../lib/agents/demo/definition.js'

const DIALOG = [
  'Do you want to run this command?',
  '  touch demo-file.txt',
  '❯ 1. Yes',
  '  2. No',
  'Enter to confirm · Esc to cancel',
]

describe('answers to the demo agent', () => {
  it('says yes with Enter', () => {
    expect(demo.answer(DIALOG, 'approve')).to.deep.equal({ type: 'confirm', keys: ['0d'], option: 'Yes' })
  })

  it('says no with the number, since the arrows begin with Escape', () => {
    expect(demo.answer(DIALOG, 'deny')).to.deep.equal({ type: 'confirm', keys: ['32'], option: 'No' })
  })
})
