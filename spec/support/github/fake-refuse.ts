/** An answer that says no, as GitHub forms it. */
import type { FakeReply } from './fake-routes.js'

export const refuse = (
  status: number,
  message: string,
  more: Readonly<Record<string, unknown>> = {},
): FakeReply => ({
  status,
  body: { message, documentation_url: 'https://docs.github.com/rest', ...more },
})
