/** Our programs onto a machine: when they are missing, of another version, or not what we put there. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { shellQuote } from '../../core/shell-quote.js'
import type { Shell } from '../../exec/shell.js'
import { packageRoot } from '../../home/package-root.js'
import { version } from '../../home/version.js'
import type { HostPaths } from './host-paths.js'
import { placeLines, runPlacing, type Placed, type PlacedFile } from './place-files.js'
import { posixCksum } from './posix-cksum.js'

const TOOLS: Readonly<Record<string, string>> = {
  launch: 'launch.sh',
  'end-start': 'end-start.sh',
  'job-output': 'job-output.sh',
  'orchestra-report': 'orchestra-report.sh',
  'headless-seat': 'headless-seat.sh',
  'show-stream': 'show-stream.sh',
  'adopted-pane': 'adopted-pane.sh',
  'demo-agent.sh': 'demo-agent.sh',
}
/** The disk may be slow, and nobody else is served by a machine that is just coming up. */
const SYNC_MS = 10_000
const WRONG = 'tools'

export async function placeTools(shell: Shell, paths: HostPaths): Promise<void> {
  const placed = await runPlacing(shell, paths.root, [checkToolsLine()])
  if (toolsAreWrong(placed)) await placeToolsAgain(shell, paths)
}

export async function placeToolsAgain(shell: Shell, { root, bin }: HostPaths): Promise<void> {
  const files = Object.entries(TOOLS).map(([name, file]): PlacedFile => ({
    path: `${bin}/${name}`,
    text: toolText(file),
    mode: '700',
  }))
  const mark: PlacedFile = { path: `${bin}/VERSION`, text: version() }
  // A machine that loses power after the rename would else keep the names of empty files.
  const durable = 'sync "$beside"/* 2>/dev/null || sync'
  await runPlacing(
    shell,
    root,
    [...placeLines(root, [...files, mark], durable), 'sync . 2>/dev/null || :'],
    SYNC_MS,
  )
}

let checkLine: string | undefined

/** For `runPlacing`, before other lines: when what stands in `bin` is not what we put there, they are not run. */
export function checkToolsLine(): string {
  return (checkLine ??= makeCheckLine())
}

/** It reads and sums up every program: once in a daemon's life, and not before something is placed. */
function makeCheckLine(): string {
  const names = Object.keys(TOOLS)
  const sums = names.map((name) => `${posixCksum(Buffer.from(toolText(TOOLS[name] ?? '')))} ${name}`)
  const there = names.map((name) => `[ -s ${name} ]`).join(' && ')
  return `
cd "$root/bin" 2>/dev/null || { echo ${WRONG}; exit 0; }
if command -v cksum >/dev/null; then
  [ "$(cksum ${names.join(' ')} 2>/dev/null)" = ${shellQuote(sums.join('\n'))} ] || { echo ${WRONG}; exit 0; }
elif ! { ${there}; }; then echo ${WRONG}; exit 0; fi
cd "$root"`
}

export function toolsAreWrong({ said }: Placed): boolean {
  return said.includes(WRONG)
}

export function toolText(name: string): string {
  return readFileSync(join(packageRoot(), 'lib', 'agents', 'host', name), 'utf8')
}
