/** What the monitor needs of a terminal. Nothing of the library behind it shows. */
export interface Key {
  /** `up`, `enter`, `escape`, `tab`, `C-c`, or the character itself. */
  readonly name: string
  /** The character typed; empty for keys without one. */
  readonly text: string
}

export interface Mouse {
  readonly action: 'press' | 'up' | 'down'
  /** From 0. */
  readonly col: number
  readonly row: number
}

export interface TerminalListener {
  key(key: Key): void
  paste(text: string): void
  mouse(mouse: Mouse): void
  /** The size changed, or the screen must be drawn anew. */
  resize(): void
}

export interface Terminal {
  size(): { readonly cols: number; readonly rows: number }
  write(bytes: string): void
  /** Gives the terminal back as it was while `act` runs, then takes it again. */
  suspend<T>(act: () => Promise<T>): Promise<T>
  close(): void
}
