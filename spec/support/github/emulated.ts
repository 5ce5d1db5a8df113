/** `emulate`: a GitHub that somebody else wrote, with its own idea of the API. */
import { createEmulator } from 'emulate'
import { GithubClient } from '../../../lib/github/client.js'
import type { Pace } from '../../../lib/github/pace.js'
import { QUICK } from './quick-pace.js'

export const EMULATED_TOKEN = 'token-of-the-emulator'
export const EMULATED = { owner: 'admin', repo: 'plan' } as const

export async function withEmulator(use: (url: string) => Promise<void>): Promise<void> {
  const emulator = await createEmulator({
    service: 'github',
    port: 0,
    seed: {
      tokens: { [EMULATED_TOKEN]: { login: EMULATED.owner, scopes: ['repo'] } },
      github: {
        users: [{ login: EMULATED.owner }],
        repos: [{ owner: EMULATED.owner, name: EMULATED.repo, private: true }],
      },
    },
  })
  try {
    await use(emulator.url)
  } finally {
    await emulator.close()
  }
}

export function clientAt(api: string, token: string, pace: Partial<Pace> = {}): GithubClient {
  return new GithubClient({
    api,
    token: () => Promise.resolve(token),
    pace: { ...QUICK, ...pace },
    now: Date.now,
    userAgent: 'spec',
  })
}
