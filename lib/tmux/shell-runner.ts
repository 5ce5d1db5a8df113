/** The part of the shell channel of a machine that is needed here. */
export interface ShellRunner {
  run(
    script: string,
    options?: {
      readonly args?: readonly string[]
      readonly stdin?: Buffer
      readonly timeoutMs?: number
      readonly maxBytes?: number
    },
  ): Promise<{ readonly exitCode: number; readonly stdout: Buffer; readonly stderr: string }>
}
