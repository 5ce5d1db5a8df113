/** Launcher and report program onto a machine: once for each version of ours. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readFiles } from '../../exec/host-files.js'
import type { Shell } from '../../exec/shell.js'
import { packageRoot } from '../../home/package-root.js'
import { version } from '../../home/version.js'
import type { HostPaths } from './host-paths.js'
import { placeFiles } from './place-files.js'
import { textOf } from './record-text.js'

export async function placeTools(shell: Shell, paths: HostPaths): Promise<void> {
  const mark = `${version()} ${toolsDigest()}`
  const [have] = await readFiles(shell, [`${paths.bin}/VERSION`], 256)
  if (textOf(have) === mark) return
  await placeFiles(shell, paths.root, [
    { path: paths.launcher, text: toolText('launch.sh'), mode: '700' },
    { path: paths.ender, text: toolText('end-start.sh'), mode: '700' },
    { path: `${paths.bin}/job-output`, text: toolText('job-output.sh') },
    { path: paths.report, text: toolText('orchestra-report.sh'), mode: '700' },
    { path: paths.seat, text: toolText('headless-seat.sh'), mode: '700' },
    { path: `${paths.bin}/show-stream`, text: toolText('show-stream.sh'), mode: '700' },
    { path: `${paths.bin}/demo-agent.sh`, text: toolText('demo-agent.sh'), mode: '700' },
    { path: `${paths.bin}/VERSION`, text: mark },
  ])
}

export function toolText(name: string): string {
  return readFileSync(join(packageRoot(), 'lib', 'agents', 'host', name), 'utf8')
}

const TOOLS = [
  'launch.sh',
  'end-start.sh',
  'job-output.sh',
  'orchestra-report.sh',
  'headless-seat.sh',
  'show-stream.sh',
  'demo-agent.sh',
]
let digest: string | undefined

function toolsDigest(): string {
  if (digest !== undefined) return digest
  let sum = 0
  for (const name of TOOLS) {
    for (const char of toolText(name)) sum = (Math.imul(sum, 31) + (char.codePointAt(0) ?? 0)) >>> 0
  }
  return (digest = sum.toString(16))
}
