import { connect } from 'node:net'

/**
 * Whether a tmux server may be behind that socket. One that ended leaves the socket's file behind. To come and go is more
 * than a question: with it tmux notices a client whose daemon was killed before it had read a word, and ends its session.
 */
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
