/**
 * Records docs/real-agents.md: runs the layout `claude-and-codex` with the real Claude Code and Codex on two machines and
 * writes down what the screens showed. `sh scripts/lab/sandbox.sh npx tsx scripts/lab/record-graph.ts`
 */
import { writeFile } from 'node:fs/promises'
import { spawn } from 'node-pty'
import type { StatusDocument } from '../../lib/core/protocol/status.js'
import { eventually } from '../../spec/support/eventually.js'
import { makeLabGraph, SESSION, type LabGraph } from '../../spec/support/lab-graph.js'
import { promptsOf } from '../../spec/support/model-ledger.js'
import { pictureOf } from '../pictures.js'
import { readTask } from './stub/worker.js'

const HEAD = [
  '# Claude Code and Codex on two hosts',
  '',
  'A run of the shipped layout [claude-and-codex](../layouts/claude-and-codex.yaml) with the real programs, Claude Code 2.1.329',
  'and Codex 0.169.0, in tmux 3.3a on two hosts behind sshd, each in a network of its own. Only the model is ours: a server',
  'that speaks both APIs, reads the task in the prompt that it is given, and answers with the tool calls that do it',
  '(`scripts/lab/model-stub.ts`). Everything below is what the screens showed; nothing was edited but the home directory.',
  '',
  'Six tasks: `load` meets a usage limit, `data` one and then a permission prompt, the agent of `docs` is killed in the middle,',
  '`review` is approved by a person. `spec/agents/graph-on-hosts.spec.ts` holds all of it.',
  '',
  '```sh',
  'sh scripts/lab/install.sh claude codex                              # the pinned versions, outside of the repository',
  'npm run test:agents                                                 # the specs with the real programs',
  'sh scripts/lab/sandbox.sh npx tsx scripts/lab/record-graph.ts       # writes this page',
  '```',
  '',
]

const WAIT_MS = 300_000
const lab = await makeLabGraph()
const parts: string[] = []
const startedAt = Date.now()
try {
  await lab.orchestra.ok('up', SESSION, '-d', '--run')
  lab.follow()
  const view = spawn('tmux', ['-u', '-L', 'orchestra', 'attach', '-t', `=${SESSION}:3`], {
    name: 'xterm-256color',
    cols: 112,
    rows: 34,
    cwd: lab.orchestra.work,
    env: { ...lab.orchestra.env },
  })
  await record(lab)
  view.kill()
  await writeFile('docs/real-agents.md', parts.join('\n'))
} finally {
  await lab.remove()
}
process.exit(0)

async function record(lab: LabGraph): Promise<void> {
  const until = (check: (status: StatusDocument) => boolean) => lab.orchestra.untilStatus(check, WAIT_MS)
  const agent = (status: StatusDocument, id: string) => status.agents.find((one) => one.id === id)
  parts.push(...HEAD)

  await until((status) => agent(status, 'CX-1')?.state === 'limited')
  await eventually(() => /You.ve hit your usage limit/.test(lab.screen('CX-1')))
  parts.push('## Codex at its usage limit', '', ...screen('CX-1'))
  await picture('CX-1', 'limited', 'CX-1 on majin: Codex 0.169.0 at its limit')
  await until((status) => agent(status, 'CC-1')?.state === 'limited')
  parts.push('## Claude Code at its usage limit', '', ...screen('CC-1'), 'What orchestra says of both:', '')
  parts.push(...(await shown('status')))
  parts.push(
    'At a limit an attempt goes on. Claude Code continues by itself after the reset; Codex is told to (`on_limit: wait`).',
    '',
  )

  await eventually(() => lab.stuck.size > 0 && lab.processOf('CC-2') !== null, WAIT_MS)
  process.kill(lab.processOf('CC-2') ?? -1, 'SIGKILL')
  await until((status) => status.tasks.some(({ id, status: is }) => id === 'docs' && is === 'COMPLETED'))
  parts.push(
    '## An agent is killed in the middle',
    '',
    '`kill -9` of CC-2 on mugen, while its model answered:',
    '',
  )
  parts.push(...fenced(lines(/^(?:CC-2|docs)$/)))

  await until((status) => agent(status, 'CC-1')?.state === 'waiting' && /install/.test(lab.screen('CC-1')))
  await eventually(() => /Do you want to proceed/.test(lab.screen('CC-1')))
  parts.push('## Claude Code asks', '', ...screen('CC-1'), ...(await shown('explain', 'CC-1')))
  await picture('CC-1', 'waiting', 'CC-1 on mugen: Claude Code 2.1.329 asks')
  parts.push(...(await shown('approve', 'CC-1', '-y')))

  await until((status) => agent(status, 'CX-1')?.state === 'waiting')
  parts.push('## Codex asks', '', ...screen('CX-1'), ...(await shown('approve', 'CX-1', '-y')))
  await until((status) => status.run.phase === 'finished')
  parts.push('## The end', '', ...(await shown('status')))
  const colour = await lab.orchestra.run(['status', '--color'], { env: { COLUMNS: '112' } })
  if (colour.code === 0)
    await writeFile('docs/images/real-status.svg', pictureOf(clean(colour.stdout), 'orchestra status'))
  parts.push('![status](images/real-status.svg)', '')
  parts.push('What each agent was seen doing, and every attempt:', '')
  parts.push(...fenced(lines(/^(?:C[CX]-\d|plan|api|data|load|docs|review)$/)))
  parts.push('The model’s own ledger: every prompt came once an attempt.', '')
  parts.push(
    ...fenced(
      promptsOf(lab.stub.requests)
        .map(({ agent: id, text }) => `${id}  ${readTask(text).id}`)
        .join('\n'),
    ),
  )
  parts.push('The report:', '', ...(await shown('report')))
}

function lines(subject: RegExp): string {
  return lab.rows
    .filter((row) => subject.test(row.subject ?? ''))
    .map((row) => {
      const seconds = ((Date.parse(row.at) - startedAt) / 1000).toFixed(1).padStart(6)
      return `${seconds}  ${(row.subject ?? '').padEnd(7)} ${row.text}`.slice(0, 120)
    })
    .join('\n')
}

async function shown(...args: string[]): Promise<string[]> {
  const { stdout } = await lab.orchestra.run(args, { env: { COLUMNS: '110' } })
  return fenced(`$ orchestra ${args.join(' ')}\n${stdout.trimEnd()}`)
}

/** The lower part of what stands there: the prompt above is the same each time. */
function screen(agent: string): string[] {
  const rows = lab.screen(agent).trimEnd().split('\n')
  return fenced(rows.slice(-24).join('\n'))
}

async function picture(agent: string, name: string, title: string): Promise<void> {
  await writeFile(`docs/images/real-${name}.svg`, pictureOf(clean(lab.screen(agent, true)), title))
  parts.push(`![${title}](images/real-${name}.svg)`, '')
}

function fenced(text: string): string[] {
  return ['```', clean(text), '```', '']
}

/** Directories of the laboratory say nothing, and change with every run. */
function clean(text: string): string {
  return text
    .replaceAll(/\/tmp\/orch-sshd-\w+\/home/g, '/home/dev')
    .replaceAll(lab.orchestra.dir, '/home/dev')
    .split('\n')
    .map((row) => row.trimEnd())
    .join('\n')
}
