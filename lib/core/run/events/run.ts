/** The run as a whole, and the clock that it goes by. */
import type { TaskId } from '../../ids.js'
import type { Principal } from '../../principal.js'
import { number, text } from '../../shape.js'
import { formatDuration, type Millis } from '../../time.js'
import type { Forms } from './form.js'
import { principal } from './principal-shape.js'

export type RunPhaseEvent =
  | { readonly type: 'run.started'; readonly by: Principal }
  /** Another run, which begins with this task and all that needs it; refused while an attempt lives. */
  | { readonly type: 'run.begun_from'; readonly task: TaskId; readonly by: Principal }
  | { readonly type: 'run.paused'; readonly by: Principal }
  | { readonly type: 'run.resumed'; readonly by: Principal }
  | { readonly type: 'run.finished' }
  /** The graph begins anew; refused while an attempt lives. */
  | { readonly type: 'run.reset'; readonly by: Principal }

export const RUN_EVENTS: Forms<RunPhaseEvent> = {
  'run.started': { fields: { by: principal }, line: () => [null, 'the run started'] },
  'run.begun_from': {
    fields: { task: text(), by: principal },
    line: ({ task }) => [task, 'a run begins again from here'],
  },
  'run.paused': { fields: { by: principal }, line: () => [null, 'the run is paused', 'warn'] },
  'run.resumed': { fields: { by: principal }, line: () => [null, 'the run goes on'] },
  'run.finished': { fields: {}, line: () => [null, 'the run ended'] },
  'run.reset': { fields: { by: principal }, line: () => [null, 'the graph begins anew'] },
}

/** The wall clock is another one than the journal was written by: times that still decide are moved by so much. */
export interface ClockEvent {
  readonly type: 'clock.changed'
  readonly waitsMs: Millis
  readonly workMs: Millis
}

export const CLOCK_EVENTS: Forms<ClockEvent> = {
  'clock.changed': {
    fields: { waitsMs: number, workMs: number },
    line: ({ waitsMs, workMs }) => [
      null,
      `the clock is another one than before: by ${sayShift(waitsMs, workMs)}`,
      'warn',
    ],
  },
}

function sayShift(waitsMs: Millis, workMs: Millis): string {
  const by = Math.abs(workMs) > Math.abs(waitsMs) ? workMs : waitsMs
  return `${by < 0 ? '-' : '+'}${formatDuration(Math.abs(by))}`
}
