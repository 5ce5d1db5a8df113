/**
 * Which nastiness the fake TUI shows for which prompt: drawn from the text itself and a seed, so that whoever sent the
 * text knows it too. Names are words of the tables that a campaign prints.
 */
import { createHash } from 'node:crypto'
import type { FakeTuiOrders } from './fake-tui.js'

type Faults = Readonly<Record<string, { readonly weight: number; readonly orders: FakeTuiOrders }>>

const FAULTS = {
  none: { weight: 20, orders: {} },
  'folds the paste': { weight: 10, orders: { foldAbove: 20 } },
  'swallows the first Enter': { weight: 6, orders: { swallowEnters: 1 } },
  'swallows every Enter': { weight: 2, orders: { swallowEnters: 99 } },
  'opens a dialog while we type, for a second': { weight: 6, orders: { dialogOnTextMs: 1000 } },
  'opens a dialog while we type, for 5 s': { weight: 4, orders: { dialogOnTextMs: 5000 } },
  'opens a dialog that drops the text': { weight: 3, orders: { dialogOnTextMs: 700, dialogDropsText: true } },
  'opens a dialog on Enter': { weight: 3, orders: { dialogOnEnterMs: 2500 } },
  'takes a quick Enter for a newline': { weight: 4, orders: { burstMs: 120 } },
  'redraws everything': { weight: 6, orders: { redrawMs: 15 } },
  'draws the paste piece by piece': { weight: 5, orders: { dripMs: 1200 } },
  floods: { weight: 6, orders: { flood: 600 } },
  'answers at once': { weight: 6, orders: { instant: true } },
  'shows nothing': { weight: 2, orders: { deaf: true } },
  'hangs while we type': { weight: 3, orders: { hangOnTextMs: 1500 } },
  'hangs long while we type': { weight: 2, orders: { hangOnTextMs: 6000 } },
  'hangs on Enter': { weight: 2, orders: { hangOnEnterMs: 4500 } },
  'hangs long on Enter': { weight: 1, orders: { hangOnEnterMs: 13_000 } },
  'lies: works, and has taken nothing': { weight: 2, orders: { swallowEnters: 99, pretendsMs: 4000 } },
  'lies: shows the text after it was taken': { weight: 3, orders: { sticksMs: 5000, instant: true } },
  'lies: echoes what it has not taken': { weight: 2, orders: { swallowEnters: 99, echoes: true } },
  'lies: prints dialogs and composers': { weight: 4, orders: { lookalike: true } },
  'drops the text on Enter': { weight: 2, orders: { discards: true } },
  exits: { weight: 1, orders: { exitOnPrompt: 3 } },
} as const satisfies Faults

export type TuiFault = keyof typeof FAULTS

export const TUI_FAULTS = Object.keys(FAULTS) as TuiFault[]

/** `text`: as it is pasted. `quick`: only those over which a few seconds pass at most. */
export function faultOf(seed: string, text: string, quick = false): TuiFault {
  const names = TUI_FAULTS.filter((name) => !quick || !SLOW.test(name))
  const total = names.reduce((sum, name) => sum + FAULTS[name].weight, 0)
  let at = createHash('sha256').update(`${seed}\n${text}`).digest().readUInt32BE(0) % total
  for (const name of names) {
    at -= FAULTS[name].weight
    if (at < 0) return name
  }
  return 'none'
}

/** These take the ten seconds after which a receipt says `unconfirmed`, or a restart. */
const SLOW = /every Enter|for 5 s|shows nothing|taken|on Enter|exits/

export function ordersOf(fault: TuiFault): FakeTuiOrders {
  return FAULTS[fault].orders
}
