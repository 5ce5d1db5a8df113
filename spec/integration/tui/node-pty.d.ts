/** The package is installed under another's name, and its types declare only its own. */
declare module 'node-pty' {
  export interface IPty {
    readonly pid: number
    onData(listener: (data: string) => void): void
    onExit(listener: (event: { readonly exitCode: number; readonly signal?: number }) => void): void
    write(data: string): void
    resize(cols: number, rows: number): void
    kill(signal?: string): void
  }
  export function spawn(
    file: string,
    args: readonly string[],
    options: {
      readonly name: string
      readonly cols: number
      readonly rows: number
      readonly cwd: string
      readonly env: Readonly<Record<string, string>>
    },
  ): IPty
}
