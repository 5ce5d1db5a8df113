/** What bodies of requests are described with; a package of its own size, loaded with the first request that has a body. */
import * as z from 'zod'

/** The builders that rows of requests use, by name: what is not named here stays out of the bundle. */
export const zod = {
  array: z.array,
  boolean: z.boolean,
  int: z.int,
  literal: z.literal,
  record: z.record,
  strictObject: z.strictObject,
  string: z.string,
  union: z.union,
}

export type Zod = typeof zod
