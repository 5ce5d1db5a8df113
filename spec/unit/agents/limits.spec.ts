import { expect } from 'chai'
import { explainScreen } from '../../../lib/agents/explain-screen.js'

const RULE = '─'.repeat(60)
const clock = { now: Date.UTC(2026, 10, 21, 4, 0), offsetMinutes: 0 }
const claude = (block: string) =>
  explainScreen({
    type: 'claude',
    version: null,
    title: '✳ Claude Code',
    clock,
    screen: `❯ go on\n\n${block}\n\n✻ Baked for 3s\n\n${RULE}\n❯ \n${RULE}\n  ? for shortcuts`,
  })
const codex = (block: string) =>
  explainScreen({
    type: 'codex',
    version: null,
    title: 'shop',
    clock,
    screen: `› go on\n\n\n${block}\n\n\n› Ask Codex to do anything\n\n  gpt-5 default · ~/shop`,
  })

describe('a limit on the screen', () => {
  it('of Claude is limited until its reset', () => {
    const said = claude(
      "  ⎿  You've hit your session limit · resets 7pm (UTC)\n     /upgrade to increase your usage limit",
    )
    expect(said).to.include({ state: 'limited', until: '2026-11-21T19:00:00.000Z' })
    expect(claude("● You've hit your limit · resets 11:30am (Asia/Tokyo)")).to.include({
      state: 'limited',
      until: '2026-11-22T02:30:00.000Z',
    })
    // 2.0.37
    expect(claude('  ⎿  Spending cap reached resets 4:02pm (UTC)')).to.include({
      state: 'limited',
      until: '2026-11-21T16:02:00.000Z',
    })
    expect(claude('● Claude usage limit reached. Your limit will reset at 3pm.').state).to.equal('limited')
  })

  it('of Codex is limited, with the time if it says one', () => {
    const said = codex(
      "■ You've hit your usage limit. Upgrade to Pro (https://example.com/pro) or try again at 3:15\nPM.",
    )
    expect(said).to.include({ state: 'limited', until: '2026-11-21T15:15:00.000Z' })
    expect(codex("■ You've hit your usage limit. Try again in 2 days 3 hours 4 minutes.").until).to.equal(
      '2026-11-23T07:04:00.000Z',
    )
    expect(codex('■ You’ve hit your usage limit. Try again later.')).to.include({
      state: 'limited',
      until: null,
    })
    expect(codex('■ Quota exceeded. Check your plan and billing details.').state).to.equal('error')
    expect(codex('■ exceeded retry limit, last status: 429 Too Many Requests').state).to.equal('error')
  })

  it('that shows a menu is limited, and can be answered', () => {
    const rule = '─'.repeat(60)
    const menu = explainScreen({
      type: 'claude',
      version: null,
      title: '✳ Claude Code',
      clock,
      screen: `❯ go on\n\n  ⎿  You've hit your limit · resets 7pm (UTC)\n\n${rule}\n  What do you want to do?\n\n  ❯ 1. Stop and wait for limit to reset\n    2. Upgrade your plan\n\n  Enter to confirm · Esc to cancel`,
    })
    expect(menu).to.include({ state: 'limited', until: '2026-11-21T19:00:00.000Z' })
    expect(menu.prompt_id).to.match(/^[0-9a-f]{64}$/)
    expect(menu.text).to.match(/^You've hit your limit · resets 7pm/)
  })

  it('of opencode that tries again without end is limited', () => {
    const said = (row: string) =>
      explainScreen({
        type: 'opencode',
        version: null,
        title: 'OC',
        clock,
        screen: `  ┃\n  ┃  go on\n  ┃\n\n     ▣  Build · Lab\n\n  ┃\n  ┃\n  ┃  Build · Lab\n  ╹▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀\n   ⬝⬝■■⬝⬝⬝⬝ ${row}`,
      })
    expect(said('The usage limit has been reached [retrying in 4s attempt #3] esc interrupt')).to.include({
      state: 'limited',
      text: 'The usage limit has been reached [retrying in 4s attempt #3]',
      until: null,
    })
    expect(said('Rate limit reached for requests. [retrying in 6s attempt #3]').state).to.equal('working')
    expect(said('Internal server error [retrying in 6s attempt #3]').state).to.equal('working')
  })

  it('in the words of the model is none', () => {
    expect(
      claude("● The message “You've hit your limit · resets 7pm” comes from the service.").state,
    ).to.equal('idle')
    expect(
      codex("• The docs say: You've hit your usage limit, try again at 3:15 PM.\n\n  Worked for 3s • 04:00")
        .state,
    ).to.equal('idle')
  })
})
