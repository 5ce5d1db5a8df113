/** The demo agent says all in its title; the screen is the cross-check. */
import { paneDead, type RuleSet } from '../../core/status/rules.js'

export const DEMO_RULES: RuleSet = {
  type: 'demo',
  pinned: ['1'],
  rules: [
    paneDead('demo'),
    {
      id: 'demo.waiting',
      state: 'waiting',
      priority: 90,
      confidence: 0.95,
      all: [{ in: 'dialog', matches: 'Enter to confirm · Esc to cancel$' }],
      text: [{ in: 'dialog', matches: '^(.*?\\?.*?) ❯' }],
    },
    {
      id: 'demo.working.title',
      state: 'working',
      priority: 80,
      confidence: 0.95,
      all: [{ in: 'title', matches: '^[⠋⠙⠹⠸] demo ·' }],
    },
    {
      id: 'demo.working.screen',
      state: 'working',
      priority: 70,
      all: [{ in: 'status', matches: '^[⠋⠙⠹⠸] .*ctrl\\+c to interrupt' }],
    },
    {
      id: 'demo.idle',
      state: 'idle',
      priority: 20,
      confidence: 0.95,
      any: [{ in: 'composer', matches: '^❯' }],
    },
  ],
}
