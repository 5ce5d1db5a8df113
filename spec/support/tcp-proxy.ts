/** A small faulty wire: a TCP proxy on a random loopback port that delays, stalls, cuts or resets. */
import { connect, createServer } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'

export interface TcpProxy {
  readonly port: number
  /** Milliseconds that each chunk waits, one way. */
  delayMs: number
  /** Nothing passes any more, in either direction, and nobody is told; false: it flows on. */
  stall(on: boolean): void
  /** After so many more bytes from the client to the server the connection is reset. null: never. */
  cutAfter(bytes: number | null): void
  /** Resets every connection now. */
  reset(): void
  /** New connections are refused (taken and reset) while true. */
  refuse: boolean
  readonly connections: number
  stop(): Promise<void>
}

export async function startTcpProxy(to: {
  readonly port: number
  readonly host?: string
}): Promise<TcpProxy> {
  const pairs = new Set<readonly [Socket, Socket]>()
  let stalled = false
  let budget: number | null = null
  const server: Server = createServer((near) => {
    near.on('error', () => undefined)
    if (proxy.refuse) {
      near.resetAndDestroy()
      return
    }
    const far = connect({ port: to.port, host: to.host ?? '127.0.0.1', noDelay: true })
    near.setNoDelay(true)
    const pair = [near, far] as const
    pairs.add(pair)
    const end = () => {
      pairs.delete(pair)
      near.resetAndDestroy()
      far.resetAndDestroy()
    }
    far.on('error', end)
    pass(near, far, true, end)
    pass(far, near, false, end)
    if (stalled) [near, far].forEach((one) => one.pause())
  })
  const pass = (from: Socket, into: Socket, counts: boolean, cut: () => void) => {
    from.on('data', (chunk: Buffer) => {
      let data = chunk
      if (counts && budget !== null) {
        data = chunk.subarray(0, budget)
        budget -= data.length
      }
      const isLast = counts && budget === 0
      const write = () => {
        if (!into.destroyed) into.write(data, () => isLast && cut())
      }
      if (proxy.delayMs > 0) setTimeout(write, proxy.delayMs)
      else write()
    })
    from.on('end', () => into.end())
    from.on('close', () => cut())
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const proxy: TcpProxy = {
    port: (server.address() as AddressInfo).port,
    delayMs: 0,
    refuse: false,
    stall(on) {
      stalled = on
      for (const one of [...pairs].flat()) {
        if (on) one.pause()
        else one.resume()
      }
    },
    cutAfter(bytes) {
      budget = bytes
    },
    reset() {
      for (const one of [...pairs].flat()) one.resetAndDestroy()
    },
    get connections() {
      return pairs.size
    },
    async stop() {
      proxy.reset()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return proxy
}
