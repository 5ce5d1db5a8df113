/**
 * Records a terminal session as an asciicast (v2): `tsx scripts/record.ts OUT.cast COLSxROWS SECONDS COMMAND…`
 * Keys can be sent while it runs: `--keys '5:C-b 2'` sends C-b and 2 after five seconds (may be repeated).
 */
import { writeFileSync } from 'node:fs'
import { spawn } from 'node-pty'

const args = process.argv.slice(2)
const keys: { at: number; bytes: string }[] = []
for (let i = args.indexOf('--keys'); i !== -1; i = args.indexOf('--keys')) {
  const [, spec = ''] = args.splice(i, 2)
  const colon = spec.indexOf(':')
  keys.push({
    at: Number(spec.slice(0, colon)) * 1000,
    bytes: spec
      .slice(colon + 1)
      .split(' ')
      .map(keyBytes)
      .join(''),
  })
}
const [out, size = '', seconds = '', program, ...rest] = args
const [cols, rows] = size.split('x').map(Number)
if (out === undefined || program === undefined || !cols || !rows || !(Number(seconds) > 0)) {
  process.stderr.write('usage: tsx scripts/record.ts OUT.cast COLSxROWS SECONDS [--keys AT:KEYS]… COMMAND…\n')
  process.exit(2)
}

const start = Date.now()
const env = Object.fromEntries(
  Object.entries({ ...process.env, TERM: 'xterm-256color' }).filter(
    ([k, v]) => k !== 'TMUX' && v !== undefined,
  ),
) as Record<string, string>
const lines = [JSON.stringify({ version: 2, width: cols, height: rows, env: { TERM: 'xterm-256color' } })]
const pty = spawn(program, rest, {
  name: 'xterm-256color',
  cols,
  rows,
  cwd: process.cwd(),
  env,
})
pty.onData((data) => lines.push(JSON.stringify([(Date.now() - start) / 1000, 'o', data])))
for (const { at, bytes } of keys) setTimeout(() => pty.write(bytes), at)
pty.onExit(finish)
setTimeout(finish, Number(seconds) * 1000)

let finished = false
function finish(): void {
  if (finished) return
  finished = true
  writeFileSync(out as string, `${lines.join('\n')}\n`)
  process.stdout.write(`${out}: ${lines.length - 1} frames\n`)
  process.exit(0)
}

function keyBytes(key: string): string {
  return key.startsWith('C-') ? String.fromCharCode(key.charCodeAt(2) & 0x1f) : key
}
