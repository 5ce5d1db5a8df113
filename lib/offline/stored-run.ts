/** A run read from its store without a daemon: gives `Reading` the state as of the last event. */
import { existsSync } from 'node:fs'
import type { MachineId } from '../core/ids.js'
import type { GithubSpec } from '../core/github/spec.js'
import type { Layout } from '../core/layout/model.js'
import { drained } from '../core/steps.js'
import { forecastSteps } from '../core/phases/forecast.js'
import { frozenRun } from '../core/run/index/frozen-run.js'
import { statusDocument, type LiveFacts } from '../core/run/rows/status-document.js'
import type { RunState } from '../core/run/state.js'
import type { Millis } from '../core/time.js'
import { RepositoryCache } from '../daemon/github/repository-cache.js'
import { restoreState } from '../daemon/history/restore-state.js'
import type { Reading, ReadOutputs, ReadRepository } from '../daemon/kernel/reading.js'
import { hostPaths } from '../daemon/machines/host-paths.js'
import { localZone } from '../home/local-zone.js'
import { runDir, sessionDir, type HomePaths } from '../home/paths.js'
import { readAgentLog, readLogFile } from '../store/agent-log.js'
import type { Facts } from '../store/port.js'
import { readStore, type StoreReading } from '../store/read-store.js'

export interface StoredRun extends Reading {
  /** When its last event was written. */
  readonly storedAt: Millis
  close(): void
}

/** null: there is no store, or it never had a layout. @throws OrchestraError: the store is refused */
export async function openStored(
  paths: HomePaths,
  session: string,
  version: string,
): Promise<StoredRun | null> {
  const store = await readStore(sessionDir(paths, session), { version })
  if (store === null) return null
  const { state, lastAt } = restoreState(store)
  // A first `up` that was refused leaves no more than that.
  if (lastAt === null || state.layout === null) {
    store.close()
    return null
  }
  return storedRun({ paths, session, store, state, storedAt: lastAt })
}

interface Stored {
  readonly paths: HomePaths
  readonly session: string
  readonly store: StoreReading
  readonly state: RunState
  readonly storedAt: Millis
}

function storedRun(stored: Stored): StoredRun {
  const { paths, session, store, state, storedAt } = stored
  const { layout } = state
  const zone = () => layout?.timezone ?? localZone()
  const path = layout?.runDir ?? runDir(paths, session)
  return {
    session,
    storedAt,
    loop: { state, writeObservations: () => undefined },
    clock: { now: () => storedAt },
    store,
    parts: {
      forecaster: {
        get zone() {
          return zone()
        },
        ready: () => Promise.resolve(),
      },
      runDirectory: { path },
      outputs: outputsOf(stored, path),
      github: { connections: () => Promise.resolve(repositoriesOf(layout, store.facts)) },
    },
    status: () => statusDocument(state, { ...NOT_SEEN, ...seen(stored, zone) }),
    close: () => store.close(),
  }
}

/** Only a daemon knows these. */
const NOT_SEEN: Omit<LiveFacts, 'now' | 'session' | 'queued' | 'milestones'> = {
  daemon: null,
  storeProblem: () => null,
  doorProblem: () => null,
  machine: () => ({ survey: null, surveyedAt: null, problems: [], rttMs: null, tmux: null }),
  mcp: () => ({ state: 'unknown', tools: null, reason: null }),
  outputAt: () => null,
  version: () => null,
  neverIdle: () => false,
  question: () => null,
  github: () => [],
  standstill: () => null,
  // Without a daemon no task starts, so there is no end to forecast.
  endAt: () => null,
  place: () => null,
}

function seen({ session, store, state, storedAt }: Stored, zone: () => string) {
  const queued = new Map<string, number>()
  for (const { agent } of store.facts.openReceipts()) queued.set(agent, (queued.get(agent) ?? 0) + 1)
  return {
    now: storedAt,
    session,
    queued: (id: string) => queued.get(id) ?? 0,
    milestones: () =>
      (state.layout?.milestones.length ?? 0) === 0
        ? []
        : drained(forecastSteps(frozenRun(state), { now: storedAt, zone: zone(), withHelp: false }))
            .milestones,
  }
}

/** An agent's own log goes on without a daemon; logs of other machines are here as far as they were copied. */
function outputsOf({ paths, session, store, state }: Stored, path: string): ReadOutputs {
  const isHere = (id: MachineId) => state.machines.get(id)?.spec.kind === 'local'
  return {
    agentLog: ({ spec, machine }, asked) => {
      const whole = hostPaths(paths.state, `${session}-${machine}`, store.id).log(spec.id)
      const isWhole = asked.since === null && isHere(machine) && existsSync(whole)
      return Promise.resolve(isWhole ? readLogFile(whole, asked.bytes) : readAgentLog(path, spec.id, asked))
    },
    running: () =>
      Promise.resolve({
        bytes: Buffer.alloc(0),
        waits: 'it ran when the daemon was lost; one that runs reads it',
      }),
  }
}

/** What the daemon had read of GitHub; GitHub is not asked now. */
function repositoriesOf(layout: Layout | null, facts: StoreReading['facts']): readonly ReadRepository[] {
  return (layout?.github ?? []).flatMap((spec) => repositoryOf(spec, layout, facts) ?? [])
}

function repositoryOf(
  { machine, api, master }: GithubSpec,
  layout: Layout | null,
  facts: StoreReading['facts'],
): ReadRepository | null {
  const place = layout?.machines.find(({ id }) => id === machine)
  if (place?.kind !== 'github' || place.repository === null) return null
  const cache = new RepositoryCache(readOnly(facts), machine, api)
  const repository = cache.poll.repository?.fullName ?? place.repository
  return { machine, spec: { master }, cache, row: { repository, polled_at: null } }
}

/** The cache only writes what is read of GitHub: here nothing is, so a write is a mistake. */
function readOnly(facts: StoreReading['facts']): Facts {
  const refuse = () => {
    throw new Error('the store is only read')
  }
  return {
    get: (fact, id) => facts.get(fact, id),
    entries: (fact) => facts.entries(fact),
    receipt: (operation) => facts.receipt(operation),
    openReceipts: () => facts.openReceipts(),
    set: refuse,
    delete: refuse,
    noteSending: refuse,
    problems: () => [],
  }
}
