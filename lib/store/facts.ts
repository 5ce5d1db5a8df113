/**
 * Every fact of a session that stands in no event, by its name. A value is JSON; what is read is believed only if it has
 * its fact's form, because another version, or a person with a database tool, may have written it.
 */
import type { CommentFacts, IssueFacts } from '../core/github/model.js'
import type { PollRecord } from '../core/github/poll-record.js'
import { OUTBOX_STATES, type OutboxRow } from '../core/github/outbox-row.js'
import type { ClockMark } from '../core/run/clock-shift.js'

export interface Fact<T> {
  /** Never changed once released: old stores have it. */
  readonly name: string
  /** Completes the sentence "…: not …". */
  readonly form: string
  readonly is: (value: unknown) => value is T
}

/** Of one agent. Null: none. */
export interface Conversation {
  /** The CLI's own name of it, which a start can resume. */
  readonly known: string | null
  /** A name that we gave it; `known` from the first work on. */
  readonly chosen: string | null
}

/** What the start of that generation resumes. */
export interface Resumed {
  readonly generation: number
  readonly session: string | null
}

const isText = (value: unknown): value is string => typeof value === 'string'
const isName = (value: unknown): value is string | null => value === null || isText(value)
const isTexts = (value: unknown): value is readonly string[] => Array.isArray(value) && value.every(isText)
const isTime = (value: unknown): value is number => Number.isFinite(value)
const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const isRecords = (value: unknown, numbers: readonly string[], texts: readonly string[]): boolean =>
  Array.isArray(value) &&
  value.every(
    (one) =>
      isRecord(one) && numbers.every((key) => isTime(one[key])) && texts.every((key) => isText(one[key])),
  )
const isTable = (value: unknown): value is Readonly<Record<string, string>> =>
  isRecord(value) && Object.values(value).every(isText)

/** A named token. The token itself is nowhere. */
export interface TokenRecord {
  readonly name: string
  readonly kind: 'token' | 'device'
  /** Stands in the token, for people who find one. */
  readonly id: string
  /** SHA-256 of the token, base64url. */
  readonly digest: string
  readonly role: string
  readonly createdAt: number
  readonly expiresAt: number | null
  /** Who made it, written KIND:ID. */
  readonly by: string
}

const isToken = (value: unknown): value is TokenRecord =>
  isRecord(value) &&
  ['name', 'id', 'digest', 'role', 'by'].every((key) => isText(value[key])) &&
  (value['kind'] === 'token' || value['kind'] === 'device') &&
  isTime(value['createdAt']) &&
  (value['expiresAt'] === null || isTime(value['expiresAt']))

const isOutboxRow = (value: unknown): value is OutboxRow =>
  isRecord(value) &&
  isText(value['key']) &&
  isRecord(value['work']) &&
  isText(value['work']['kind']) &&
  OUTBOX_STATES.some((state) => state === value['state']) &&
  ['attempts', 'createdAt', 'notBefore'].every((key) => isTime(value[key]))

export const FACTS = {
  /** By operation: the text of a message until its receipt is settled. */
  message: { name: 'message', form: 'a text', is: isText },
  /** By agent: what we typed into it last; it may still stand there. */
  lastPrompt: { name: 'last-prompt', form: 'a text', is: isText },
  /** By agent. */
  conversation: {
    name: 'conversation',
    form: 'a conversation (known, chosen)',
    is: (value): value is Conversation =>
      isRecord(value) && isName(value['known']) && isName(value['chosen']),
  } satisfies Fact<Conversation>,
  /** By agent. */
  resumed: {
    name: 'resumed',
    form: 'a resumed conversation (generation, session)',
    is: (value): value is Resumed =>
      isRecord(value) && Number.isInteger(value['generation']) && isName(value['session']),
  } satisfies Fact<Resumed>,
  /** Once: what a daemon's clock showed, and how long the machine was up then. */
  clock: {
    name: 'clock',
    form: 'a clock (boot, uptimeMs, at)',
    is: (value): value is ClockMark =>
      isRecord(value) && isName(value['boot']) && isTime(value['uptimeMs']) && isTime(value['at']),
  } satisfies Fact<ClockMark>,
  /** Once: what people were notified of and is still so. */
  notified: {
    name: 'notified',
    form: 'a list of texts',
    is: isTexts,
  },
  /** Once: phases of runs whose status commit was made, or refused; absent: nobody asked for any yet. */
  statusCommits: {
    name: 'status-commits',
    form: 'a list of texts',
    is: isTexts,
  },
  /** By machine and fifty numbers: what GitHub said of those issues last. */
  githubIssues: {
    name: 'github-issues',
    form: 'a list of issues (number, id, title, body, updatedAt)',
    is: (value): value is readonly IssueFacts[] =>
      isRecords(value, ['number', 'id'], ['title', 'body', 'state', 'updatedAt']),
  } satisfies Fact<readonly IssueFacts[]>,
  /** By machine and issue: its comments. */
  githubComments: {
    name: 'github-comments',
    form: 'a list of comments (id, issue, body, createdAt, updatedAt)',
    is: (value): value is readonly CommentFacts[] =>
      isRecords(value, ['id', 'issue'], ['body', 'createdAt', 'updatedAt']),
  } satisfies Fact<readonly CommentFacts[]>,
  /** By machine: which repository that is, and how far its lists were read. */
  githubPoll: {
    name: 'github-poll',
    form: 'how far a repository was read (repository, lists, commandsAfter)',
    is: (value): value is PollRecord =>
      isRecord(value) &&
      isName(value['api']) &&
      isRecord(value['lists']) &&
      (value['repository'] === null || isRecord(value['repository'])),
  } satisfies Fact<PollRecord>,
  /** By machine and comment: what became of a command in it. */
  githubCommand: { name: 'github-command', form: 'a text', is: isText },
  /** Once: variables of the shell of the last `up` that are neither secrets nor marks of what ran around it. */
  environment: {
    name: 'environment',
    form: 'a table of texts',
    is: isTable,
  },
  /** Once: what the tokens of agents and attempts are signed with; base64url. */
  accessKey: { name: 'access-key', form: 'a text', is: isText },
  /** Once: named tokens, by their digests. */
  tokens: {
    name: 'tokens',
    form: 'a list of tokens',
    is: (value): value is readonly TokenRecord[] => Array.isArray(value) && value.every(isToken),
  } satisfies Fact<readonly TokenRecord[]>,
  /** By token: when it was used last, and by which way. */
  tokenUse: {
    name: 'token-use',
    form: 'a use (at, via)',
    is: (value): value is { readonly at: number; readonly via: string } =>
      isRecord(value) && isTime(value['at']) && isText(value['via']),
  } satisfies Fact<{ readonly at: number; readonly via: string }>,
  /** By machine and key: what is to be written to GitHub, and what became of it. */
  githubOutbox: {
    name: 'github-outbox',
    form: 'a row of the outbox',
    is: isOutboxRow,
  } satisfies Fact<OutboxRow>,
  /** Once: what the codes of markers on GitHub are made with; base64url. */
  githubKey: { name: 'github-key', form: 'a text', is: isText },
  /** By machine: when something was written in the last hour. */
  githubWrites: {
    name: 'github-writes',
    form: 'a list of times',
    is: (value): value is readonly number[] => Array.isArray(value) && value.every(isTime),
  } satisfies Fact<readonly number[]>,
  /** By machine: since when reports are posted, and whether a person stopped all writing. */
  githubWriting: {
    name: 'github-writing',
    form: 'a state of writing (since, paused)',
    is: (value): value is { readonly since: number; readonly paused: boolean } =>
      isRecord(value) && isTime(value['since']) && typeof value['paused'] === 'boolean',
  } satisfies Fact<{ readonly since: number; readonly paused: boolean }>,
  /** Once: the type of each agent that any layout named. */
  agentTypes: {
    name: 'agent-types',
    form: 'a table of texts',
    is: isTable,
  },
} as const

const BY_NAME = new Map<string, Fact<unknown>>(Object.values(FACTS).map((fact) => [fact.name, fact]))

export function factNamed(name: string): Fact<unknown> | undefined {
  return BY_NAME.get(name)
}

/** The value, or the problem as a sentence. */
export function readFact<T>(
  fact: Fact<T>,
  id: string,
  text: string,
): { readonly value: T } | { readonly problem: string } {
  const whose = id === '' ? fact.name : `${fact.name} of ${id}`
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return { problem: `${whose}: not JSON` }
  }
  return fact.is(value) ? { value } : { problem: `${whose}: not ${fact.form}` }
}
