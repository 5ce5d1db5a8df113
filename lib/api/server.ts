/** HTTP + JSON over a UNIX socket, and the event stream. 0600 in a 0700 directory: who can connect is the user. */
import { createServer, type Server } from 'node:http'
import { chmodSync, lstatSync, unlinkSync } from 'node:fs'
import { connect } from 'node:net'
import { dirname } from 'node:path'
import { OrchestraError } from '../core/errors.js'
import { makeDir } from '../home/make-dir.js'
import { Connections } from './connections.js'
import { requestHandler, type Api } from './handle-request.js'
import { acceptUpgrades } from './transports/upgrade.js'

/** A head that is not whole by then: ours come with the connection. */
const HEAD_MS = 5000

export interface ApiServer {
  close(): Promise<void>
}

/** Listens on `path`. A socket file that nobody answers on is replaced; a live one is an error. */
export async function serveApi<Daemon>(api: Api<Daemon>, path: string): Promise<ApiServer> {
  const dir = dirname(path)
  makeDir(dir)
  const info = lstatSync(dir)
  if (!info.isDirectory() || info.uid !== process.getuid?.()) {
    throw new OrchestraError(`${dir} is not a directory of yours`, {
      kind: 'failed',
      hint: 'Remove it, or set ORCHESTRA_HOME to a directory of your own.',
    })
  }
  chmodSync(dir, 0o700)
  await removeStaleSocket(path)

  const server = createServer({
    requestTimeout: 30_000,
    headersTimeout: HEAD_MS,
    keepAliveTimeout: 5_000,
    connectionsCheckingInterval: 1000,
  })
  const requests = requestHandler(api, 'socket', new Connections(server))
  server.on('request', requests.listener)
  const upgrades = acceptUpgrades(server, api, 'socket')
  server.on('clientError', (_error, socket) => {
    if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n')
    else socket.destroy()
  })
  const umask = process.umask(0o177)
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(path, resolve)
    })
  } finally {
    process.umask(umask)
  }
  return {
    close: async () => {
      upgrades.close()
      await requests.end()
      await closeServer(server)
    },
  }
}

async function removeStaleSocket(path: string): Promise<void> {
  const alive = await new Promise<boolean>((resolve) => {
    const probe = connect(path)
    probe.once('connect', () => {
      probe.destroy()
      resolve(true)
    })
    probe.once('error', () => resolve(false))
  })
  if (alive) throw new OrchestraError(`a daemon already listens on ${path}`, { kind: 'refused' })
  try {
    unlinkSync(path)
  } catch {
    // nothing was there
  }
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
