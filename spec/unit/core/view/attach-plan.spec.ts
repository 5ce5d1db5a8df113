import { expect } from 'chai'
import { type AttachRequest, planAttach } from '../../../../lib/core/view/attach-plan.js'

const request = (more: Partial<AttachRequest> = {}): AttachRequest => ({
  tmux: 'tmux',
  socket: 'orchestra',
  session: 'level6',
  socketPath: '/tmp/tmux-1000/orchestra',
  ...more,
})

describe('planAttach', () => {
  it('attaches from a plain terminal', () => {
    expect(planAttach(request())).to.deep.equal({
      type: 'attach',
      argv: ['tmux', '-u', '-L', 'orchestra', 'attach-session', '-t', '=level6'],
      unset: [],
      note: null,
    })
  })

  it('switches when the terminal is already in that server', () => {
    const plan = planAttach(request({ tmuxEnv: '/tmp/tmux-1000/orchestra,12,0' }))
    expect(plan.type).to.equal('switch')
    expect(plan.argv.slice(4)).to.deep.equal(['switch-client', '-t', '=level6'])
  })

  it('nests inside another tmux, and says which prefix reaches it', () => {
    const plan = planAttach(request({ tmuxEnv: '/tmp/tmux-1000/default,12,0' }))
    expect(plan).to.deep.include({ type: 'nested', unset: ['TMUX', 'TMUX_PANE'] })
    expect(plan.note).to.contain('C-b C-b')
  })

  it('looks on without typing or resizing', () => {
    const plan = planAttach(request({ readOnly: true, target: '%3' }))
    expect(plan.argv.join(' ')).to.contain('-r -f read-only,ignore-size -t =level6 ; switch-client -t %3')
  })
})
