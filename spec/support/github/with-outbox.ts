/** An outbox of one repository of the fake GitHub, over a store that stays when it is opened again. */
import { expect } from 'chai'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { OutboxNeeds } from '../../../lib/daemon/github/outbox/port.js'
import { withFakeGithub, type FakeGithub } from './fake-github.js'
import type { FakeRepository } from './fake-world.js'
import { openOutbox, type OutboxRig } from './outbox-rig.js'

export const TOKEN = 'token-of-orchestra'

export interface OutboxScene {
  readonly github: FakeGithub
  readonly repository: FakeRepository
  readonly rig: OutboxRig
  /** As after a crash: the same store, another process. */
  readonly again: () => Promise<OutboxRig>
}

export async function withOutbox(
  use: (place: OutboxScene) => Promise<void>,
  more: Partial<OutboxNeeds> = {},
): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'orc-outbox-'))
  await withFakeGithub(async (github) => {
    const repository = github.repository()
    const where = { api: github.url, token: TOKEN, owner: 'owner', repo: 'name' }
    let rig = await openOutbox(dir, where, more)
    await rig.introduce()
    try {
      const again = async () => {
        rig.close()
        rig = await openOutbox(dir, where, more)
        await rig.introduce()
        return rig
      }
      await use({ github, repository, rig, again })
      expect(github.problems).to.deep.equal([])
      expect(rig.failures).to.deep.equal([])
    } finally {
      rig.close()
    }
  }).finally(() => rmSync(dir, { recursive: true, force: true }))
}
