/** `gates:` and `people:`: who is asked what before work goes on. */
import * as z from 'zod'
import { ANY_PERSON, type Criterion, type PersonSpec, type Quorum } from '../../core/gates/spec.js'
import type { GateId, LayerId, MachineId } from '../../core/ids.js'
import type { GateSpec } from '../../core/layout/model.js'
import { isMap } from '../located.js'
import { keys, required, whole, type Docs, type Key } from './key.js'
import { count, duration, flag, id, path, principal, section, text, texts, title, word } from './kinds.js'

const DEFAULT_TIMEOUT_MS = 600_000

const criterion = keys(() => ({ text: required(title()), verify: texts(text()) }))
export const CRITERION_DOCS: Docs<typeof criterion> = {
  text: 'a question, which a person answers; the text alone means it, too',
  verify: 'with it the criterion is commands: shell lines that must all exit 0',
}

const criteria = (): Key<readonly Criterion[]> => ({
  schema: () =>
    z
      .array(z.union([title().schema(), criterion.schema()]))
      .min(1)
      .max(99),
  read: (value) => (Array.isArray(value) ? value.flatMap(expandCriterion) : []),
})

function expandCriterion(value: unknown): Criterion[] {
  if (typeof value === 'string') return [{ text: value, verify: [] }]
  if (!isMap(value)) return []
  const { text, verify, ...rest } = criterion.read(value)
  return [whole<Criterion>()({ ...rest, text: text ?? '', verify: verify ?? [] })]
}

const quorum = keys(() => ({ role: id(), count: count(1, 99) }))
export const QUORUM_DOCS: Docs<typeof quorum> = {
  role: 'who may answer; without it any person',
  count: 'how many answers each question needs, each by another person; default 1',
}

const approve = (): Key<'human' | 'none' | Quorum | null> => ({
  schema: () => z.union([word('human', 'none').schema(), quorum.schema()]),
  read: (value) => {
    if (!isMap(value)) return word('human', 'none').read(value)
    const { count, ...rest } = quorum.read(value)
    return whole<Quorum>()({ ...rest, count: count ?? 1 })
  },
})

const gate = keys(() => ({
  title: title(),
  after: texts(id()),
  verify: texts(text()),
  machine: id<MachineId>(),
  cwd: path(),
  timeout: duration(),
  criteria: criteria(),
  approve: approve(),
}))

const PLACE = 'where its commands run, and in which [directory](#directories)'
export const GATE_DOCS: Docs<typeof gate> = {
  title: 'free text',
  after: 'tasks, gates and phases that must be completed before it is asked',
  verify: 'shell lines that must all exit 0',
  machine: PLACE,
  cwd: PLACE,
  timeout: 'of each command; default 10m',
  criteria: 'in order, counted from 1: a `text` with `verify` is commands; a `text` alone is a question',
  approve:
    '`human`: any person, once. `{ role, count }`: each question needs `count` answers, each by another person with `role`. With neither criteria nor commands the question is whether the gate may open. `none`: nobody is asked',
}

export const gates = () => section<GateId>(gate.schema)

export function expandGates(entries: readonly (readonly [GateId, unknown])[]): GateSpec[] {
  return entries.flatMap(([id, value]) => {
    if (!isMap(value)) return []
    const { after, verify, timeout, approve, ...rest } = gate.read(value)
    // A question without `approve` is asked of any person.
    const unsaid = rest.criteria.some((one) => one.verify.length === 0) ? 'human' : 'none'
    return [
      whole<GateSpec>()({
        ...rest,
        id,
        after: [...new Set(after)],
        verify: verify ?? [],
        timeoutMs: timeout ?? DEFAULT_TIMEOUT_MS,
        approve: typeof approve === 'string' ? approve : approve === null ? unsaid : 'human',
        quorum: typeof approve === 'string' || approve === null ? ANY_PERSON : approve,
      }),
    ]
  })
}

const person = keys(() => ({
  is: texts(principal()),
  roles: texts(id()),
  layer: id<LayerId>(),
  notify: flag(),
}))
export const PERSON_DOCS: Docs<typeof person> = {
  is: 'each principal here is that person: `person:UID`, `token:NAME`, `device:NAME`, `github:LOGIN`',
  roles: 'for which roles the person may answer',
  layer: 'the layer that the person stands for',
  notify: '`true`: the person gets a notification of what waits for an answer',
}

export const people = () => section(person.schema)

export function expandPeople(entries: readonly (readonly [string, unknown])[]): PersonSpec[] {
  return entries.flatMap(([id, value]) => {
    if (!isMap(value)) return []
    const { is, roles, ...rest } = person.read(value)
    return [whole<PersonSpec>()({ ...rest, id, is: is ?? [], roles: roles ?? [] })]
  })
}
