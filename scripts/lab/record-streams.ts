/**
 * Records what the real CLIs print without a screen: `tsx scripts/lab/record-streams.ts [TYPE…] [--only CASE,…]`. Into
 * spec/fixtures/streams/<cli>/<version>-<case>/: the stream as it came, and how the process ended.
 */
import { spawn } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { agentDefinition } from '../../lib/agents/registry.js'
import { labDir, labHome, type LabType } from './home.js'
import { startStub } from './model-stub.js'

const VERSIONS: Readonly<Record<LabType, string>> = {
  claude: '2.1.329',
  codex: '0.169.0',
  gemini: '0.61.0',
  opencode: '1.18.33',
}
/** Case → the prompt's scene. */
const CASES = {
  done: 'quick',
  tool: 'write',
  shell: 'shell',
  japanese: 'japanese',
  refused: 'auth',
  limited: 'usage',
  rate: 'rate',
} as const
const DIR = fileURLToPath(new URL('../../spec/fixtures/streams/', import.meta.url))
const LIMIT_MS = 90_000

async function record(type: LabType, name: keyof typeof CASES): Promise<void> {
  const stub = await startStub()
  const lab = await labHome(type, { urlFor: stub.urlFor, retries: 0 })
  const argv = agentDefinition(type).headless?.argv({
    command: lab.argv,
    version: VERSIONS[type],
    home: lab.home,
    cwd: lab.cwd,
    agentDir: lab.root,
    startDir: lab.root,
    reportProgram: '/bin/true',
    autoTrust: [],
    resume: null,
    sessionId: '00000000-0000-4000-8000-00000000000a',
  })
  try {
    if (argv === undefined) return
    const child = spawn(argv[0] ?? '', argv.slice(1), { cwd: lab.cwd, env: lab.env, stdio: 'pipe' })
    const timer = setTimeout(() => child.kill('SIGKILL'), LIMIT_MS)
    let out = ''
    // As in a pane: both come in one stream.
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (out += text))
    child.stdin.end(`Task Task-1: a case of the laboratory\n\nscene:${CASES[name]}\n`)
    const ended = await new Promise<{ code: number | null; signal: string | null }>((resolve) =>
      child.once('close', (code, signal) => resolve({ code, signal })),
    )
    clearTimeout(timer)
    const dir = path.join(DIR, type, `${VERSIONS[type]}-${name}`)
    await mkdir(dir, { recursive: true })
    await writeFile(path.join(dir, 'stream.txt'), plain(out, lab.root))
    await writeFile(
      path.join(dir, 'meta.json'),
      `${JSON.stringify({ exit_code: ended.code, signal: ended.signal })}\n`,
    )
    process.stdout.write(`${type} ${name}: ${JSON.stringify(ended)} ${out.length} bytes\n`)
  } finally {
    await lab.remove()
    await stub.close()
  }
}

/** Nothing of the machine that it was recorded on. */
function plain(text: string, root: string): string {
  return text
    .replaceAll(root, '/lab')
    .replaceAll(root.replace(/[^A-Za-z0-9]/g, '-'), '-lab')
    .replaceAll(labDir(), '/opt/lab')
    .replaceAll(/127\.0\.0\.1:\d+\/cwd\/[\w-]+/g, '127.0.0.1:1/lab')
}

const words = process.argv.slice(2)
const at = words.indexOf('--only')
const only = at === -1 ? undefined : words[at + 1]?.split(',')
const types = (at === -1 ? words : words.toSpliced(at, 2)) as LabType[]
for (const type of types.length > 0 ? types : (['claude', 'codex', 'gemini', 'opencode'] as const))
  for (const name of Object.keys(CASES) as (keyof typeof CASES)[])
    if (only === undefined || only.includes(name)) await record(type, name)
