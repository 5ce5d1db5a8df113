/** The part of blessed that we use: input decoding and terminal modes. Content never passes through its own parser. */
declare module 'blessed/lib/program.js' {
  import type { EventEmitter } from 'node:events'

  export interface BlessedKey {
    readonly name: string | undefined
    readonly full: string
    readonly sequence: string
    readonly ctrl: boolean
    readonly meta: boolean
    readonly shift: boolean
  }
  export interface BlessedMouse {
    readonly action: 'mousedown' | 'mouseup' | 'mousemove' | 'wheelup' | 'wheeldown'
    readonly x: number
    readonly y: number
  }
  export interface BlessedProgram extends EventEmitter {
    alternateBuffer(): void
    normalBuffer(): void
    hideCursor(): void
    showCursor(): void
    setMouse(modes: Readonly<Record<string, boolean>>, enable: boolean): void
    flush(): void
    destroy(): void
  }
  const program: (options: {
    readonly input: NodeJS.ReadableStream
    readonly output: NodeJS.WritableStream
    readonly tput: false
    readonly buffer: boolean
  }) => BlessedProgram
  export default program
}
