/** What clients may send, checked at the edge; held to core's types. */
import * as z from 'zod'
import { ID_PATTERN } from '../core/ids.js'
import { once } from '../core/once.js'
import type {
  AnswerRequest,
  Passphrase,
  PlanRequest,
  RunRequest,
  SendRequest,
  SubmitRequest,
  UpRequest,
} from '../core/protocol/api.js'

export type RequestSchemas = ReturnType<typeof requestSchemas>

/** By the name of the request. Made at the first call: a verb that only reads a layout never asks. */
export const requestSchemas = once(() => {
  const id = z.string().regex(ID_PATTERN, 'must match [A-Za-z0-9][A-Za-z0-9_-]{0,63}')
  const text = z.string().max(4 * 1024 * 1024)

  const consent = z.union([z.literal('all'), z.array(z.string().max(4096)).max(100_000)])

  const upRequest = z.strictObject({
    layout: z.string().min(1).max(4096),
    run: z.boolean().default(false),
    cols: z.int().min(20).max(2000).default(200),
    rows: z.int().min(5).max(1000).default(50),
    wait: z.boolean().default(false),
    timeoutMs: z.int().min(0).max(86_400_000).default(60_000),
    env: z.record(z.string().max(4096), z.string().max(256 * 1024)).exactOptional(),
    cwd: z.string().min(1).max(4096).exactOptional(),
    consent: consent.exactOptional(),
  }) satisfies z.ZodType<UpRequest, unknown>

  const sendRequest = z.strictObject({
    text,
    operation_id: z
      .string()
      .regex(/^[A-Za-z0-9_.:-]{1,128}$/)
      .exactOptional(),
    wait: z.boolean().exactOptional(),
    timeout_ms: z.int().min(0).max(86_400_000).exactOptional(),
  }) satisfies z.ZodType<SendRequest, unknown>

  const submitRequest = z.strictObject({
    title: z.string().min(1).max(500),
    id: id.exactOptional(),
    prompt: text.exactOptional(),
    role: id.exactOptional(),
    agent: id.exactOptional(),
    needs: z.array(id).max(1000).exactOptional(),
    priority: z.int().min(0).max(1_000_000).exactOptional(),
    estimateMs: z
      .int()
      .min(1)
      .max(30 * 86_400_000)
      .exactOptional(),
  }) satisfies z.ZodType<SubmitRequest, unknown>

  const passphraseRequest = z.strictObject({
    key: z.string().min(1).max(4096),
    passphrase: z.string().max(4096).nullable(),
  }) satisfies z.ZodType<Passphrase, unknown>

  const cwd = z.string().min(1).max(4096).exactOptional()
  const planRequest = z.strictObject({
    layout: z.string().min(1).max(4096),
    cwd,
  }) satisfies z.ZodType<PlanRequest, unknown>
  const downRequest = z.strictObject({ keepAgents: z.boolean().default(false) })
  const runRequest = z.strictObject({
    again: z.boolean().default(false),
    layout: z.string().min(1).max(4096).nullable().default(null),
    cwd,
    consent: consent.exactOptional(),
  }) satisfies z.ZodType<RunRequest, unknown>
  const answerRequest = z.strictObject({
    prompt_id: z.string().max(128).nullable().default(null),
    criteria: z.array(z.int().min(1).max(99)).min(1).max(99).nullable().default(null),
    reason: z.string().max(500).nullable().default(null),
  }) satisfies z.ZodType<AnswerRequest, unknown>
  return {
    upRequest,
    sendRequest,
    submitRequest,
    passphraseRequest,
    planRequest,
    downRequest,
    runRequest,
    answerRequest,
  }
})
