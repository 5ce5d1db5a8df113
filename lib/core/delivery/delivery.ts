/** What goes in and out of a delivery, and what it remembers. `deliver.ts` says what it does. */
import type { Millis } from '../time.js'
import type { AgentState } from '../words.js'
import type { Composer } from './composer.js'
import type { ScreenSize } from './plan-delivery.js'
import type { DeliveryProfile, KeyBytes } from './profile.js'

export interface Look {
  readonly at: Millis
  readonly state: AgentState
  readonly composer: Composer
  /** The conversation above the composer, as text. */
  readonly transcript: string
  /** Of the pane; absent: not known, and no text is too tall for it. */
  readonly screen?: ScreenSize
  /** When a person typed there last, as far as it went through us; their keys may not be on the screen yet. */
  readonly typedAt?: Millis | null
}

export type DeliveryInput =
  | ({ readonly type: 'look' } & Look)
  | { readonly type: 'pasted'; readonly at: Millis }
  /** The CLI's own hook said that a prompt came in, and which. */
  | { readonly type: 'accepted'; readonly at: Millis; readonly text: string }
  | { readonly type: 'tick'; readonly at: Millis }
  /** Pane or link gone, paste failed. */
  | { readonly type: 'failed'; readonly at: Millis; readonly reason: string }

export type DeliveryOutput =
  /**
   * Through a named buffer and `paste-buffer -p -r -d`; answer with `pasted` when tmux has taken it. `submit`: that key
   * in the same step, so that nothing comes between.
   */
  | {
      readonly type: 'paste'
      readonly text: string
      readonly bracketed: boolean
      readonly submit: KeyBytes | null
    }
  | { readonly type: 'keys'; readonly keys: readonly KeyBytes[]; readonly why: string }
  /** Capture now and answer with `look`. */
  | { readonly type: 'look' }
  /** The screen has no room for the text, and nothing was typed: deliver it by file. */
  | { readonly type: 'too-tall' }
  /** Answer with `look` at that time (a `tick` is enough after a paste). */
  | { readonly type: 'wait'; readonly until: Millis }
  | {
      readonly type: 'receipt'
      readonly receipt: 'delivered' | 'unconfirmed' | 'refused'
      readonly reason: string | null
    }

export type Phase =
  | {
      readonly name: 'ready'
      readonly since: Millis | null
      readonly why: string
      readonly cleared: number
      /** Pasted before a restart: since when it is not in the composer. */
      readonly missingSince: Millis | null
    }
  | { readonly name: 'pasting' }
  /** Pasted; Enter not before `until`. */
  | {
      readonly name: 'settling'
      readonly until: Millis
      readonly giveUpAt: Millis
      /** A question was seen since the paste: it may have taken the text. */
      readonly asked: boolean
    }
  | {
      readonly name: 'confirming'
      readonly enters: number
      readonly enterAt: Millis
      readonly giveUpAt: Millis
      /** Since when its screens show that it took the text. */
      readonly takenSince: Millis | null
      /** Since when the composer is empty and nothing else tells. */
      readonly emptySince: Millis | null
    }
  | { readonly name: 'ended' }

export interface Delivery {
  readonly profile: DeliveryProfile
  readonly text: string
  /** A prompt of ours that may stand in the composer: left there, or put back when it was interrupted. */
  readonly lastPrompt: string | null
  readonly whileWorking: boolean
  /** Its limit has ended by its own words; the screen still shows it. */
  readonly afterLimit: boolean
  /** It was pasted before a restart of the daemon, and its Enter is missing. */
  readonly pasted: boolean
  /** Its Enter was pressed before a restart, too: only what came of it is looked for. */
  readonly entered: boolean
  /** The text itself, and not the name of a file: the screen must have room for it. */
  readonly mustFit: boolean
  /** When its text was typed, or was found standing there; null: not yet. */
  readonly typedAt: Millis | null
  readonly askedAt: Millis
  readonly readyBy: Millis
  /** As it was when Enter was pressed. */
  readonly transcriptBefore: string
  readonly phase: Phase
}

export interface DeliveryStep {
  readonly delivery: Delivery
  readonly outputs: readonly DeliveryOutput[]
}

export interface DeliveryRequest {
  readonly profile: DeliveryProfile
  /** From `planDelivery`: sanitised. */
  readonly text: string
  readonly now: Millis
  /** How long to wait for an empty composer before refusing. */
  readonly readyTimeoutMs: Millis
  readonly afterLimit?: boolean
  /** Idle with an empty composer without a break since then, as the daemon has seen; saves the second look. */
  readonly readySince?: Millis | null
  readonly lastPrompt?: string | null
  /** Send although it works, where that queues the prompt. */
  readonly whileWorking?: boolean
  /** Ends with `too-tall` where the screen has no room for the text. */
  readonly mustFit?: boolean
  /** The text stands in the pane already, as far as is known: only Enter is missing. */
  readonly pasted?: boolean
  /** And Enter was pressed: nothing is typed any more, its end is looked for. */
  readonly entered?: boolean
}
