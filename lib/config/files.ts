/** What is needed of files, without `node:fs/promises`: that brings 3 ms of other modules into every `up`. */
import { close, fstat, open, read, readdir, realpath } from 'node:fs'
import { promisify } from 'node:util'

export const files = {
  open: promisify(open),
  fstat: promisify(fstat),
  read: promisify(read),
  close: promisify(close),
  readdir: promisify(readdir),
  realpath: promisify(realpath),
}
