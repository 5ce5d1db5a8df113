/** The person's own program that tells. A bundle of its own: most daemons never need it, and each would have to read it. */
import { execa } from 'execa'

export async function runNotifier(
  program: string,
  args: readonly string[],
  timeoutMs: number,
): Promise<void> {
  await execa(program, args, { timeout: timeoutMs, stdin: 'ignore', maxBuffer: 64 * 1024 })
}
