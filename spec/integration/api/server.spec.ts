import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { ApiClient } from '../../../lib/api/client.js'
import { serveApi } from '../../../lib/api/server.js'
import type { Service } from '../../../lib/api/service.js'

async function withApi(service: Partial<Service>, use: (client: ApiClient) => Promise<void>): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'orc-api-'))
  const socket = join(dir, 'own', 'api.sock')
  const api = await serveApi(service as Service, socket, { version: '1', report: () => undefined })
  try {
    await use(new ApiClient(socket))
  } finally {
    await api.close()
    rmSync(dir, { recursive: true, force: true })
  }
}

describe('the API of a daemon that is being stopped', () => {
  it('acknowledges nothing that would be lost, and still answers questions', async () => {
    const service: Partial<Service> = {
      isStopping: true,
      submit: async () => ({ task: 'T' }),
      executions: () => [],
    }
    await withApi(service, async (client) => {
      const refused = await client.post('/v1/tasks', { title: 'mend it' }).catch((error: unknown) => error)
      expect(refused).to.include({ kind: 'unreachable', message: 'the daemon is being stopped' })
      expect(await client.get('/v1/executions')).to.deep.equal([])
    })
  })
})
