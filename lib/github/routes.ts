/** GitHub's own description as types: which paths there are, what they take, what they answer. Costs nothing at run time. */
import type { paths } from '@octokit/openapi-types'

export type Method = 'get' | 'post' | 'patch' | 'put' | 'delete'
export type WriteMethod = Exclude<Method, 'get'>

export type Route<M extends Method> = {
  [P in keyof paths]: paths[P] extends Readonly<Record<M, { responses: unknown }>> ? P : never
}[keyof paths]

type Operation<M extends Method, P extends Route<M>> =
  paths[P] extends Readonly<Record<M, infer O>> ? O : never
type Json<R> = R extends { content: { 'application/json': infer T } } ? T : null
type Good = 200 | 201 | 202 | 204

type RepliesOf<O> = O extends { responses: infer R }
  ? { [S in keyof R & Good]: Json<R[S]> }[keyof R & Good]
  : never
export type ReplyOf<M extends Method, P extends Route<M>> = RepliesOf<Operation<M, P>>

type PathOf<O> = O extends { parameters: { path: infer T } } ? T : Readonly<Record<never, never>>
export type ParamsOf<M extends Method, P extends Route<M>> = PathOf<Operation<M, P>>

type QueryIn<O> = O extends { parameters: { query?: infer T } } ? T : never
export type QueryOf<P extends Route<'get'>> = QueryIn<Operation<'get', P>>

type BodyIn<O> = O extends { requestBody?: { content: { 'application/json': infer T } } } ? T : never
export type BodyOf<M extends WriteMethod, P extends Route<M>> = BodyIn<Operation<M, P>>
