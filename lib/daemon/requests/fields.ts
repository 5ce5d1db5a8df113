/** Fields that several bodies have. */
import type { ZodType } from 'zod'
import type { Zod } from '../../api/zod.js'
import { ID_PATTERN } from '../../core/ids.js'
import type { AnswerRequest } from '../../core/protocol/api.js'

export const idField = (zod: Zod) =>
  zod.string().regex(ID_PATTERN, 'must match [A-Za-z0-9][A-Za-z0-9_-]{0,63}')

export const textField = (zod: Zod) => zod.string().max(4 * 1024 * 1024)

/** The same id never does a thing twice. */
export const operationField = (zod: Zod) => zod.string().regex(/^[A-Za-z0-9_.:-]{1,128}$/)

export const pathField = (zod: Zod) => zod.string().min(1).max(4096)

/** Endings of running work that were agreed to. */
export const consentField = (zod: Zod) =>
  zod.union([zod.literal('all'), zod.array(zod.string().max(4096)).max(100_000)])

export const answerBody = (zod: Zod): ZodType<AnswerRequest> =>
  zod.strictObject({
    prompt_id: zod.string().max(128).nullable().default(null),
    criteria: zod.array(zod.int().min(1).max(99)).min(1).max(99).nullable().default(null),
    reason: zod.string().max(500).nullable().default(null),
  })
