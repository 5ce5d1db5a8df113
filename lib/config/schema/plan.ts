/** The plan's keys: phases, milestones, the time zone of dates. */
import * as z from 'zod'
import { STANDBY_REASONS, TIERS } from '../../core/phases/plan-specs.js'
import { id, line, listOf, strict, text, title } from './fields.js'

export const tier = () => z.enum(TIERS)
export const standby = () => listOf(z.enum(STANDBY_REASONS))
export const timezone = () => line(64).min(1)

export const phase = () =>
  strict({
    title: title().optional(),
    goal: text().min(1).optional(),
    tasks: listOf(id()).optional(),
    gate: id().optional(),
    needs: listOf(id()).optional(),
    workers: listOf(id()).optional(),
  })

export const milestone = () =>
  strict({
    title: title().optional(),
    due: line(40).min(1),
    tasks: listOf(id()),
    stop_other_work: z.boolean().optional(),
  })
