/** The stored forms of what the journal says of trees. */
import {
  fields,
  flag,
  list,
  names,
  number,
  oneOf,
  orNull,
  since,
  text,
  word,
  type Fields,
  type Shape,
} from '../shape.js'
import { LEAK_KINDS } from './leaks.js'
import {
  SLOT_STATES,
  type AttemptTree,
  type Landed,
  type LeakRecord,
  type SavedWork,
  type SlotBase,
  type SlotHolder,
  type SlotRecord,
  type TargetRecord,
} from './records.js'

export const slotHolder: Shape<SlotHolder> = oneOf<SlotHolder, 'kind'>('kind', {
  attempt: { attempt: text() },
  agent: { agent: text() },
  merge: { merge: text(), oid: text() },
})
export const slotBase = fields<SlotBase>({ oid: text(), fetchedAt: number })
export const portNumbers = names(number)

export const slotShape = fields<SlotRecord>({
  id: text(),
  pool: text(),
  repository: text(),
  machine: text(),
  index: number,
  dir: text(),
  state: word(...SLOT_STATES),
  stuckIn: orNull(word('releasing', 'removing')),
  stuckForIgnored: since(false, flag),
  holder: orNull(slotHolder),
  attempt: orNull(text()),
  path: orNull(text()),
  branch: orNull(text()),
  base: orNull(slotBase),
  setupKey: orNull(text()),
  ports: portNumbers,
  since: number,
  lastUsedAt: number,
  reason: orNull(text()),
  retryAt: orNull(number),
  removal: orNull(fields<NonNullable<SlotRecord['removal']>>({ ignored: flag })),
})

export const attemptTreeShape = fields<AttemptTree>({
  pool: text(),
  repository: text(),
  slot: orNull(text()),
  branch: orNull(text()),
  path: orNull(text()),
  base: orNull(text()),
  needs: list(text<AttemptTree['needs'][number]>()),
  head: orNull(text()),
  commits: number,
  files: number,
})

export const landedShape = fields<Landed>({ oid: text(), into: text(), by: text(), at: number })

export const savedShape = fields<SavedWork>({
  ref: text(),
  oid: text(),
  slot: text(),
  machine: text(),
  repository: text(),
  task: orNull(text()),
  files: number,
  why: text(),
  at: number,
})

export const targetShape = fields<TargetRecord>({
  repository: text(),
  into: text(),
  oid: text(),
  machine: text(),
  at: number,
})

/** Also the fields of the event that reports a leak. */
export const LEAK_FIELDS: Fields<Omit<LeakRecord, 'at'>> = {
  machine: text(),
  pool: text(),
  kind: word(...LEAK_KINDS),
  name: text(),
  path: text(),
  bytes: orNull(number),
}
export const leakShape = fields<LeakRecord>({ ...LEAK_FIELDS, at: number })
