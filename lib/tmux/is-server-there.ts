import { connect } from 'node:net'

/** Whether a tmux server may be behind that socket. One that ended leaves the socket's file behind. */
export function isServerThere(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(socketPath)
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', ({ code }: NodeJS.ErrnoException) =>
      resolve(code !== 'ECONNREFUSED' && code !== 'ENOENT' && code !== 'ENOTDIR'),
    )
  })
}
